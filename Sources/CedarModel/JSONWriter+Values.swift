public import CedarSyntax
public import StrictJSON

extension JSONWriter {
    /// Writes an entity id as `{"type", "id"}`.
    public mutating func entityUID(_ uid: EntityUID) {
        beginObject()
        key("type")
        string(uid.type.path)
        key("id")
        string(uid.id.text)
        endObject()
    }

    /// Writes a value in Cedar's JSON form.
    ///
    /// Unreadable values are written as `null`. The form cannot express a record whose only key is `__entity` or
    /// `__extn`: it reads back as an escape.
    public mutating func value(_ value: Value) {
        switch value {
        case .bool(let bool): self.bool(bool)
        case .long(let long): integer(long)
        case .string(let text): string(text.text)
        case .entity(let uid):
            beginObject()
            key("__entity")
            entityUID(uid)
            endObject()
        case .set(let set):
            beginArray()
            for (_, element) in set.described { self.value(element) }
            endArray()
        case .record(let record): self.record(record)
        case .decimal(let decimal): extensionCall("decimal", decimal.description)
        case .ip(let address): extensionCall("ip", address.description)
        case .datetime(let datetime): extensionValue(datetime)
        case .duration(let duration): extensionCall("duration", duration.description)
        case .unreadable: null()
        }
    }

    /// Writes a record as an object.
    public mutating func record(_ record: Record) {
        beginObject()
        for field in record.fields {
            key(field.key.text)
            value(field.value)
        }
        endObject()
    }

    private mutating func extensionCall(_ function: String, _ argument: String) {
        beginObject()
        key("__extn")
        beginObject()
        key("fn")
        string(function)
        key("arg")
        string(argument)
        endObject()
        endObject()
    }

    /// Instants outside the years 0 to 9999 have no text form: they are written as an offset from the epoch.
    private mutating func extensionValue(_ datetime: Datetime) {
        if (try? Datetime(parsing: datetime.description)) != nil {
            extensionCall("datetime", datetime.description)
            return
        }
        beginObject()
        key("__extn")
        beginObject()
        key("fn")
        string("offset")
        key("args")
        beginArray()
        extensionCall("datetime", "1970-01-01")
        extensionCall("duration", Duration(milliseconds: datetime.milliseconds).description)
        endArray()
        endObject()
        endObject()
    }
}
