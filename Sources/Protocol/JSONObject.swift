/// A validated JSON object whose values are still bytes. Keys must be unique: an object with two readings is refused.
package struct JSONObject: Sendable {
    /// The bytes that the object lies in, shared, and where it lies.
    package let bytes: [UInt8]
    package let range: Range<Int>
    private var fields: [String: Range<Int>] = [:]

    /// Validates `bytes` as one JSON object, UTF-8 included.
    package init(_ bytes: [UInt8]) throws(JSONError) {
        guard String(validating: bytes, as: UTF8.self) != nil else { throw JSONError(at: 0, "not UTF-8") }
        try self.init(validated: bytes, in: 0..<bytes.count, depth: 0)
    }

    /// - Parameter bytes: Known to be UTF-8.
    init(validated bytes: [UInt8], in bounds: Range<Int>, depth: Int) throws(JSONError) {
        var scanner = JSONScanner(bytes, in: bounds)
        scanner.skipSpace()
        let start = scanner.at
        var found: [String: Range<Int>] = [:]
        try scanner.object(depth: depth) { (key, value) throws(JSONError) in
            let name = JSONText.unescape(bytes, key)
            guard found.updateValue(value, forKey: name) == nil else { throw JSONError(at: key.lowerBound, "a key stands twice") }
        }
        let end = scanner.at
        scanner.skipSpace()
        guard scanner.at == bounds.upperBound else { throw JSONError(at: scanner.at, "something follows the object") }
        self.bytes = bytes
        self.range = start..<end
        self.fields = found
    }

    package var keys: some Collection<String> { fields.keys }

    /// The bytes of the whole object.
    package var raw: ArraySlice<UInt8> { bytes[range] }

    /// The bytes of a field's value, nil where there is none.
    package func raw(_ key: String) -> ArraySlice<UInt8>? { fields[key].map { bytes[$0] } }

    /// A string field's text; nil where it is absent or no string. A lone surrogate reads as U+FFFD.
    package func string(_ key: String) -> String? {
        guard let value = fields[key], bytes[value.lowerBound] == UInt8(ascii: "\"") else { return nil }
        return JSONText.unescape(bytes, value.lowerBound + 1..<value.upperBound - 1)
    }

    /// A whole number without fraction or exponent; nil where it is absent, no such number, or beyond 64 bits.
    package func integer(_ key: String) -> Int64? {
        guard let value = raw(key), value.count <= 20 else { return nil }
        return Int64(String(decoding: value, as: UTF8.self))
    }

    package func double(_ key: String) -> Double? {
        guard let value = raw(key), let first = value.first, first == UInt8(ascii: "-") || (first >= 48 && first <= 57) else { return nil }
        return Double(String(decoding: value, as: UTF8.self))
    }

    package func bool(_ key: String) -> Bool? {
        guard let value = raw(key) else { return nil }
        if value.elementsEqual("true".utf8) { return true }
        if value.elementsEqual("false".utf8) { return false }
        return nil
    }

    package func isNull(_ key: String) -> Bool { raw(key)?.elementsEqual("null".utf8) ?? false }

    /// A field that is an object; nil where it is absent, throws where it is one with two readings.
    package func object(_ key: String) throws(JSONError) -> JSONObject? {
        guard let value = fields[key], bytes[value.lowerBound] == UInt8(ascii: "{") else { return nil }
        return try JSONObject(validated: bytes, in: value, depth: 1)
    }

    /// Where the elements of an array field lie in `bytes`; nil where it is absent or no array.
    package func elements(_ key: String) throws(JSONError) -> [Range<Int>]? {
        guard let value = fields[key], bytes[value.lowerBound] == UInt8(ascii: "[") else { return nil }
        return try JSONObject.elements(of: bytes, in: value)
    }

    /// The objects of an array; what is none is passed over, and nothing is left of what is no array.
    package static func objects(in array: [UInt8]) -> [JSONObject] {
        let elements = (try? elements(of: array, in: array.indices)) ?? []
        return elements.compactMap { try? JSONObject(Array(array[$0])) }
    }

    /// Where the elements of the array at `range` lie.
    package static func elements(of bytes: [UInt8], in range: Range<Int>) throws(JSONError) -> [Range<Int>] {
        var scanner = JSONScanner(bytes, in: range)
        var out: [Range<Int>] = []
        scanner.skipSpace()
        try scanner.array(depth: 1) { (element) throws(JSONError) in out.append(element) }
        scanner.skipSpace()
        guard scanner.at == range.upperBound else { throw JSONError(at: scanner.at, "something follows the array") }
        return out
    }
}
