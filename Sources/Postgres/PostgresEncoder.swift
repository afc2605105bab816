/// Writes parameters in PostgreSQL's binary format, big-endian, into one buffer.
struct PostgresEncoder {
    private(set) var bytes: [UInt8] = []

    init(capacity: Int = 0) { bytes.reserveCapacity(capacity) }

    mutating func append(_ value: PostgresValue) {
        switch value {
        case .null: break
        case .bool(let value): bytes.append(value ? 1 : 0)
        case .int2(let value): append(value)
        case .int8(let value): append(value)
        case .double(let value): append(value.bitPattern)
        case .text(let value): bytes.append(contentsOf: value.utf8)
        case .textBytes(let value), .bytea(let value): bytes.append(contentsOf: value)
        case .uuid(let high, let low):
            append(high)
            append(low)
        case .timestamp(let value): append(value &- PostgresValue.epochOffset)
        default: appendArray(value)
        }
    }

    private mutating func appendArray(_ value: PostgresValue) {
        switch value {
        case .int2s(let values): fixed(values, of: 21, size: 2) { $0.append($1) }
        case .int8s(let values): fixed(values, of: 20, size: 8) { $0.append($1) }
        case .optionalInt8s(let values):
            header(count: values.count, of: 20, nullable: true)
            for value in values {
                guard let value else {
                    append(Int32(-1))
                    continue
                }
                append(Int32(8))
                append(value)
            }
        case .timestamps(let values): fixed(values, of: 1184, size: 8) { $0.append($1 &- PostgresValue.epochOffset) }
        case .uuids(let values):
            fixed(values, of: 2950, size: 16) {
                $0.append($1.high)
                $0.append($1.low)
            }
        case .texts(let values):
            header(count: values.count, of: 25, nullable: false)
            for value in values { counted(value.utf8) }
        case .optionalTexts(let values):
            header(count: values.count, of: 25, nullable: true)
            for value in values {
                if let value { counted(value.utf8) } else { append(Int32(-1)) }
            }
        case .textsBytes(let values):
            header(count: values.count, of: 25, nullable: false)
            for value in values { counted(value) }
        case .byteas(let values):
            header(count: values.count, of: 17, nullable: false)
            for value in values { counted(value) }
        default: break
        }
    }

    /// One dimension, lower bound 1, as `array_recv` reads it.
    private mutating func header(count: Int, of type: UInt32, nullable: Bool) {
        append(Int32(count == 0 ? 0 : 1))
        append(Int32(nullable ? 1 : 0))
        append(type)
        if count > 0 {
            append(Int32(count))
            append(Int32(1))
        }
    }

    private mutating func fixed<Element>(
        _ values: [Element], of type: UInt32, size: Int32, _ write: (inout PostgresEncoder, Element) -> Void
    ) {
        bytes.reserveCapacity(bytes.count + 20 + values.count * (4 + Int(size)))
        header(count: values.count, of: type, nullable: false)
        for value in values {
            append(size)
            write(&self, value)
        }
    }

    private mutating func counted(_ text: some Collection<UInt8>) {
        append(Int32(text.count))
        bytes.append(contentsOf: text)
    }

    private mutating func append(_ value: some FixedWidthInteger) {
        withUnsafeBytes(of: value.bigEndian) { bytes.append(contentsOf: $0) }
    }
}
