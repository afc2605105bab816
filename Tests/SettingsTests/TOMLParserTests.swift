import Testing

@testable import Settings

@Suite struct TOMLParserTests {
    @Test(
        "Reads every kind of value",
        arguments: [
            ("0", .integer(0)), ("-17", .integer(-17)), ("+1_000", .integer(1000)), ("0xDEAD_beef", .integer(0xDEAD_BEEF)),
            ("0o755", .integer(0o755)),
            ("0b1101", .integer(13)), ("9223372036854775807", .integer(.max)), ("-9223372036854775808", .integer(.min)),
            ("1.5", .number(1.5)),
            ("-0.01e-2", .number(-0.0001)), ("5e+22", .number(5e22)), ("1_0.2_5", .number(10.25)), ("inf", .number(.infinity)),
            ("1e999", .number(.infinity)),
            ("true", .boolean(true)), ("false", .boolean(false)), ("1979-05-27", .unused("date")),
            ("1979-05-27T07:32:00Z", .unused("date")),
            ("1979-05-27 07:32:00.999-07:00", .unused("date")), ("07:32:00", .unused("time")), ("\"\"", .string("")), ("''", .string("")),
            ("\"a\\tb\\\"c\\\\ \\u00e9 \\U0001F3E0\"", .string("a\tb\"c\\ é 🏠")), ("'C:\\x'", .string("C:\\x")),
            ("\"\"\"\na\r\nb\\\n   c \\\"\"\" d\"\"\"\"", .string("a\r\nbc \"\"\" d\"")), ("'''\na\\'b'''''", .string("a\\'b''")),
            ("[]", .array([])),
            ("[1, # one\n 2,\n]", .array([.integer(1), .integer(2)])),
            ("[[1], [\"a\"]]", .array([.array([.integer(1)]), .array([.string("a")])])),
            ("{}", .table([:])), ("{ a = 1, b.c = 2 }", .table(["a": .integer(1), "b": .table(["c": .integer(2)])])),
        ] as [(String, SettingsValue)]
    )
    func values(text: String, value: SettingsValue) throws {
        let found = try TOMLParser.parse("key = \(text) # comment\n")
        #expect(found == ["key": value])
    }

    @Test(
        "Builds tables from headers and dotted keys",
        arguments: [
            ("[a]\nx = 1\n[a.b]\ny = 2", ["a": .table(["x": .integer(1), "b": .table(["y": .integer(2)])])]),
            ("[a.b]\ny = 2\n[a]\nx = 1", ["a": .table(["x": .integer(1), "b": .table(["y": .integer(2)])])]),
            ("a.x = 1\na . b.\"y z\" = 2", ["a": .table(["x": .integer(1), "b": .table(["y z": .integer(2)])])]),
            ("[[a]]\nx = 1\n[[a]]\n[a.b]\ny = 2", ["a": .array([.table(["x": .integer(1)]), .table(["b": .table(["y": .integer(2)])])])]),
            ("[[a]]\n[[a.b]]\nx = 1\n[[a.b]]", ["a": .array([.table(["b": .array([.table(["x": .integer(1)]), .table([:])])])])]),
            ("[ a . 'b' ]\r\nx=1\r\n", ["a": .table(["b": .table(["x": .integer(1)])])]),
            ("\u{FEFF}3 = 1", ["3": .integer(1)]), ("", [:]), ("# only\n\n\t", [:]),
        ] as [(String, [String: SettingsValue])]
    )
    func tables(text: String, root: [String: SettingsValue]) throws {
        #expect(try TOMLParser.parse(text) == root)
    }

    @Test(
        "Refuses what TOML does not allow",
        arguments: [
            "a", "a =", "= 1", "a = 1 b = 2", "a = b", "a = 01", "a = 1_", "a = _1", "a = 1__0", "a = 1.", "a = .5", "a = 1.e3", "a = 0x",
            "a = 0xg", "a = 0b2",
            "a = +0x1", "a = 9223372036854775808", "a = True", "a = \"x", "a = 'x", "a = \"\"\"x", "a = '''x", "a = \"\\q\"",
            "a = \"\\u12\"",
            "a = \"\\uD800\"", "a = \"\\u0000\"", "a = \"x\ny\"", "a = \"\u{1}\"", "a = 1 # \u{7f}", "a = 1\rb = 2", "a = [1", "a = [1 2]",
            "a = [,]", "a = {x = 1",
            "a = {x = 1,}", "a = {x = 1, x = 2}", "a = {x = 1\n}", "[a", "[]", "[a]]", "[[a]", "[a]\n[a]", "a = 1\na = 2", "a = 1\n[a]",
            "a = 1\na.b = 2",
            "[a]\n[[a]]", "[[a]]\n[a]", "a = [{}]\n[[a]]", "a.b = 1\n[a]", "[a.b]\n[a]\nb.c = 1", "a = {}\n[a.b]", "a = {}\na.b = 1",
            "a..b = 1", "a. = 1",
            "[a] b = 1", "a = \"\"\"\"\"\"\"\"\"", "\0", "a = 1\0",
        ]
    )
    func bad(text: String) {
        #expect(throws: TOMLSyntaxError.self) { try TOMLParser.parse(text) }
    }

    @Test("Names the place of an error")
    func place() {
        #expect(throws: TOMLSyntaxError(line: 3, column: 5, message: "this is no number, boolean or date; a text needs quotation marks")) {
            try TOMLParser.parse("a = 1\n# x\nb = rtsp\n")
        }
    }

    @Test("Any bytes give values or an error")
    func garbage() throws {
        let alphabet = Array("[]{}=.,\"'\\#\n\r\t ab10-_+:exuU\u{0}\u{7f}é".unicodeScalars)
        var state: UInt64 = 11
        var read = 0
        for round in 0..<20_000 {
            var text = String.UnicodeScalarView()
            for _ in 0..<(round % 40) {
                state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
                text.append(alphabet[Int((state >> 33) % UInt64(alphabet.count))])
            }
            do throws(TOMLSyntaxError) {
                _ = try TOMLParser.parse(String(text))
                read += 1
            } catch {
                #expect(error.line >= 1 && error.column >= 1)
            }
        }
        #expect(read > 500)
    }
}
