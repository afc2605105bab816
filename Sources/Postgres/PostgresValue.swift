/// A parameter, sent in PostgreSQL's binary format with its type, so that the server guesses nothing and parses nothing.
package enum PostgresValue: Sendable {
    case null
    case bool(Bool)
    case int2(Int16)
    case int8(Int64)
    case double(Double)
    case text(String)
    /// UTF-8 bytes of a text.
    case textBytes([UInt8])
    case bytea([UInt8])
    /// Big-endian halves.
    case uuid(high: UInt64, low: UInt64)
    /// Microseconds since 1970-01-01T00:00:00Z.
    case timestamp(Int64)
    case int2s([Int16])
    case int8s([Int64])
    case optionalInt8s([Int64?])
    case texts([String])
    case optionalTexts([String?])
    case textsBytes([[UInt8]])
    case byteas([[UInt8]])
    case uuids([(high: UInt64, low: UInt64)])
    case timestamps([Int64])

    /// Microseconds from 1970 to 2000, where PostgreSQL's times begin.
    static let epochOffset: Int64 = 946_684_800_000_000

    /// The OID of the type (`pg_type.dat`); 0 lets the server infer it.
    var type: UInt32 {
        switch self {
        case .null: 0
        case .bool: 16
        case .bytea: 17
        case .int8: 20
        case .int2: 21
        case .text, .textBytes: 25
        case .double: 701
        case .timestamp: 1184
        case .uuid: 2950
        case .int2s: 1005
        case .texts, .optionalTexts, .textsBytes: 1009
        case .byteas: 1001
        case .int8s, .optionalInt8s: 1016
        case .timestamps: 1185
        case .uuids: 2951
        }
    }
}
