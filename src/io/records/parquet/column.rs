//! Which column holds the text: found by its name, or by a JSON Pointer to a field of a struct.

use ::parquet::basic::{ConvertedType, LogicalType, Repetition, Type as Physical};
use ::parquet::schema::types::{ColumnDescriptor, SchemaDescriptor, Type};

use crate::io::records::json::Field;

/// How many columns an error lists.
const LISTED: usize = 10;

/// The number of the column `field` among those that hold values. `Err` says why there is none.
pub(super) fn find(schema: &SchemaDescriptor, field: &Field) -> Result<usize, String> {
    let (path, field) = (field.path(), field.as_str());
    let mut node = schema.root_schema();
    for part in path {
        let fields = if node.is_group() { node.get_fields() } else { &[] };
        let Some(found) = fields.iter().find(|child| child.name() == part) else {
            return Err(missing(schema.root_schema(), field));
        };
        node = found;
        if node.get_basic_info().has_repetition() && node.get_basic_info().repetition() == Repetition::REPEATED {
            return Err(format!("column \"{field}\" is in a list; only one text a row can be cleaned"));
        }
    }
    let column = schema.columns().iter().position(|column| column.path().parts() == path);
    let text = column.filter(|column| is_text(&schema.columns()[*column]));
    text.ok_or_else(|| format!("column \"{field}\" is {}, not a string", kind(node)))
}

fn is_text(column: &ColumnDescriptor) -> bool {
    let by_type = match column.logical_type_ref() {
        None => matches!(column.converted_type(), ConvertedType::NONE | ConvertedType::UTF8),
        Some(logical) => *logical == LogicalType::String,
    };
    by_type && column.physical_type() == Physical::BYTE_ARRAY && column.max_rep_level() == 0
}

fn missing(root: &Type, field: &str) -> String {
    let columns = root.get_fields();
    let mut names: Vec<String> =
        columns.iter().take(LISTED).map(|column| format!("\"{}\"", column.name().escape_debug())).collect();
    if columns.len() > LISTED {
        names.push(format!("{} more", columns.len() - LISTED));
    }
    let names = if names.is_empty() { "no columns".to_owned() } else { names.join(", ") };
    format!("no column \"{field}\" (--text-field names another one); the file has {names}")
}

/// What a column is, in words.
fn kind(node: &Type) -> String {
    let info = node.get_basic_info();
    let converted = info.converted_type();
    match info.logical_type_ref() {
        Some(LogicalType::List) => return "a list".to_owned(),
        Some(LogicalType::Map) => return "a map".to_owned(),
        Some(logical) if node.is_primitive() => return format!("{} ({logical:?})", node.get_physical_type()),
        _ => {}
    }
    match converted {
        ConvertedType::LIST => "a list".to_owned(),
        ConvertedType::MAP | ConvertedType::MAP_KEY_VALUE => "a map".to_owned(),
        _ if node.is_group() => "a struct (name one of its fields as /struct/field)".to_owned(),
        ConvertedType::NONE => node.get_physical_type().to_string(),
        converted => format!("{} ({converted})", node.get_physical_type()),
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use ::parquet::schema::parser::parse_message_type;

    use super::*;

    #[test]
    fn columns_by_name_and_by_pointer() {
        let schema = "message m {
            required int64 id; optional binary text (UTF8); optional binary raw; optional binary doc (JSON);
            optional group a { required group b { optional binary t (STRING); } required int32 n; }
            optional group l (LIST) { repeated group list { optional binary element (UTF8); } }
            repeated binary r (UTF8); required int96 old; required fixed_len_byte_array(16) f (DECIMAL(20,2));
            required group odd { required binary x~y; } }";
        let schema = SchemaDescriptor::new(Arc::new(parse_message_type(schema).unwrap()));
        for (field, column) in [("text", 1), ("/text", 1), ("raw", 2), ("/a/b/t", 4), ("/odd/x~0y", 10)] {
            assert_eq!(find(&schema, &Field::new(field)), Ok(column), "{field}");
        }
        for (field, why) in [
            ("id", "is INT64, not a string"),
            ("doc", "is BYTE_ARRAY (Json), not a string"),
            ("a", "is a struct (name one of its fields as /struct/field), not a string"),
            ("/a/b", "is a struct (name one of its fields as /struct/field), not a string"),
            ("/a/n", "is INT32, not a string"),
            ("l", "is a list, not a string"),
            ("/l/list/element", "is in a list; only one text a row can be cleaned"),
            ("r", "is in a list; only one text a row can be cleaned"),
            ("old", "is INT96, not a string"),
        ] {
            assert_eq!(find(&schema, &Field::new(field)), Err(format!("column \"{field}\" {why}")));
        }
        for field in ["body", "/a/x", "/text/x", "", "/"] {
            let why = find(&schema, &Field::new(field)).unwrap_err();
            let names = "\"id\", \"text\", \"raw\", \"doc\", \"a\", \"l\", \"r\", \"old\", \"f\", \"odd\"";
            let expected = format!("no column \"{field}\" (--text-field names another one); the file has {names}");
            assert_eq!(why, expected);
        }
    }
}
