import Protocol
import Testing

@Suite("JSON object")
struct JSONObjectTests {
    @Test(
        "well-formed objects are accepted",
        arguments: [
            "{}", " { } ", "\t{\"a\":1}\r\n", "{\"a\":null,\"b\":true,\"c\":false}", "{\"a\":[],\"b\":[1,2,[3]],\"c\":{\"d\":{}}}",
            "{\"\":0}", "{\"a\":-0}", "{\"a\":0.5}", "{\"a\":1e5}", "{\"a\":1E+5}", "{\"a\":-1.25e-10}",
            "{\"a\":123456789012345678901234567890}",
            "{\"a\":\"\\u0041\\n\\\"\\\\\\/\\b\\f\\r\\t\"}", "{\"ä\":\"€𝄞\"}", "{\"a\":\"\\ud834\\udd1e\"}", "{\"a\":\"\u{7f}\"}",
        ])
    func good(text: String) throws { _ = try JSONObject(Array(text.utf8)) }

    @Test(
        "anything else is refused, with the place of the fault",
        arguments: [
            "", " ", "null", "[]", "1", "\"a\"", "{", "}", "{}}", "{}{}", "{\"a\"}", "{\"a\":}", "{\"a\":1,}", "{,}", "{a:1}", "{'a':1}",
            "{\"a\":1 \"b\":2}", "{\"a\":[1,]}", "{\"a\":[,1]}", "{\"a\":[1 2]}", "{\"a\":[}", "{\"a\":01}", "{\"a\":+1}", "{\"a\":.5}",
            "{\"a\":5.}", "{\"a\":1e}", "{\"a\":1e+}", "{\"a\":-}", "{\"a\":0x10}", "{\"a\":NaN}", "{\"a\":Infinity}", "{\"a\":tru}",
            "{\"a\":True}", "{\"a\":nul", "{\"a\":\"", "{\"a\":\"\\\"", "{\"a\":\"\\x\"}", "{\"a\":\"\\u12\"}", "{\"a\":\"\\u12G4\"}",
            "{\"a\":\"\n\"}", "{\"a\":\"\t\"}", "{\"a\":\"\u{0}\"}", "{\"a\":1}x", "{\"a\":1}//", "{\"a\":1,\"a\":2}",
            "{\"a\":1,\"\\u0061\":2}",
            "\u{FEFF}{}",
        ])
    func bad(text: String) {
        #expect(throws: JSONError.self) { try JSONObject(Array(text.utf8)) }
    }

    @Test(
        "bytes that are no UTF-8 are refused wherever they stand",
        arguments: [
            [0xFF], [0xC0, 0x80], [0xED, 0xA0, 0x80], [0xF4, 0x90, 0x80, 0x80], [0xE2, 0x82], [0x80],
        ] as [[UInt8]])
    func notUTF8(garbage: [UInt8]) {
        #expect(throws: JSONError.self) { try JSONObject(Array("{\"a\":\"".utf8) + garbage + Array("\"}".utf8)) }
        #expect(throws: JSONError.self) { try JSONObject(Array("{\"".utf8) + garbage + Array("\":1}".utf8)) }
        #expect(throws: JSONError.self) { try JSONObject(Array("{}".utf8) + garbage) }
    }

    @Test("nesting is taken up to the limit and refused beyond it, in arrays and objects")
    func depth() throws {
        func nested(_ depth: Int, _ open: String, _ core: String, _ close: String) -> [UInt8] {
            Array(("{\"a\":" + String(repeating: open, count: depth) + core + String(repeating: close, count: depth) + "}").utf8)
        }
        _ = try JSONObject(nested(Limits.depth - 1, "[", "", "]"))
        _ = try JSONObject(nested(Limits.depth - 1, "{\"b\":", "1", "}"))
        #expect(throws: JSONError.self) { try JSONObject(nested(Limits.depth, "[", "", "]")) }
        #expect(throws: JSONError.self) { try JSONObject(nested(Limits.depth, "{\"b\":", "1", "}")) }
        #expect(throws: JSONError.self) { try JSONObject(nested(100_000, "[", "", "]")) }
        #expect(throws: JSONError.self) { try JSONObject(Array(("{\"a\":" + String(repeating: "[", count: 100_000)).utf8)) }
    }

    @Test("values read as what they are, and as nothing else")
    func values() throws {
        let text = """
            {"s":"x\\u0041\\n","i":-42,"f":1.5,"e":1e3,"t":true,"n":null,"o":{"k":"v"},"a":[1,"2",{}],"max":9223372036854775807,
            "over":9223372036854775808,"min":-9223372036854775808,"lone":"\\ud800","z":-0}
            """
        let object = try JSONObject(Array(text.utf8))
        #expect(object.string("s") == "xA\n")
        #expect(object.integer("i") == -42)
        #expect(object.integer("f") == nil)
        #expect(object.integer("e") == nil)
        #expect(object.double("f") == 1.5)
        #expect(object.double("e") == 1000)
        #expect(object.double("s") == nil)
        #expect(object.bool("t") == true)
        #expect(object.bool("i") == nil)
        #expect(object.isNull("n"))
        #expect(!object.isNull("absent"))
        #expect(try object.object("o")?.string("k") == "v")
        #expect(try object.object("a") == nil)
        #expect(try object.elements("a")?.count == 3)
        #expect(try object.elements("o") == nil)
        #expect(object.integer("max") == .max)
        #expect(object.integer("over") == nil)
        #expect(object.integer("min") == .min)
        #expect(object.string("lone") == "\u{FFFD}")
        #expect(object.integer("z") == 0)
        #expect(object.string("i") == nil)
        #expect(object.raw("absent") == nil)
        #expect(object.raw("o").map { String(decoding: $0, as: UTF8.self) } == "{\"k\":\"v\"}")
    }

    @Test("a key that stands twice inside is refused where that object is read")
    func innerDuplicates() throws {
        let object = try JSONObject(Array("{\"a\":{\"b\":1,\"b\":2}}".utf8))
        #expect(throws: JSONError.self) { try object.object("a") }
    }

    @Test(
        "text survives being written and read, and never breaks out of HTML or JavaScript",
        arguments: [
            "", "plain", "quote \" backslash \\ slash /", "\u{0}\u{1}\u{1f}\u{7f}", "line\nreturn\rtab\t", "</script><!--",
            "ä€𝄞 \u{2028}\u{2029}",
            "¨©", "\u{FFFD}", "\u{e000}",
        ])
    func textRoundTrip(text: String) throws {
        var out = Array("{\"t\":".utf8)
        JSONText.append(text, to: &out)
        out.append(UInt8(ascii: "}"))
        #expect(try JSONObject(out).string("t") == text)
        #expect(!out.contains(UInt8(ascii: "<")))
        #expect(!String(decoding: out, as: UTF8.self).unicodeScalars.contains { $0 == "\u{2028}" || $0 == "\u{2029}" })
    }
}
