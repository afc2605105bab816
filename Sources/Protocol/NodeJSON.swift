private import Foundation

/// JSON of the small messages between node and hub; events have a codec of their own.
package enum NodeJSON {
    /// - Returns: UTF-8 with sorted keys; nil where a number is not finite.
    package static func encode(_ value: some Encodable) -> [UInt8]? {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return (try? encoder.encode(value)).map { [UInt8]($0) }
    }

    /// - Throws: `JSONError` for what is no such message; nesting and size are checked first.
    package static func decode<T: Decodable>(_ type: T.Type, from payload: [UInt8]) throws(JSONError) -> T {
        guard payload.count <= Limits.payload else { throw JSONError(at: 0, "larger than \(Limits.payload) bytes") }
        _ = try JSONObject(payload)
        do { return try JSONDecoder().decode(type, from: Data(payload)) } catch { throw JSONError(at: 0, "not the expected members") }
    }
}
