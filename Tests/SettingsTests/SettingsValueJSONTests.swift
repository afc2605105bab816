import Protocol
import Testing

@testable import Settings

@Suite struct SettingsValueJSONTests {
    @Test("reads every kind of value, leaves out what is null, and writes what it has read")
    func roundTrip() throws {
        let text = #"{"a":1,"b":[0.5,-2,[true,"x\"é"]],"c":{"d":"\u00e9","n":null},"e":1e3}"#
        let value = try SettingsValue(json: Array(text.utf8)[...])
        #expect(
            value
                == .table([
                    "a": .integer(1), "b": .array([.number(0.5), .integer(-2), .array([.boolean(true), .string("x\"é")])]),
                    "c": .table(["d": .string("é")]), "e": .number(1000),
                ]))
        var out: [UInt8] = []
        value.appendJSON(to: &out)
        #expect(String(decoding: out, as: UTF8.self) == #"{"a":1,"b":[0.5,-2,[true,"x\"é"]],"c":{"d":"é"},"e":1000.0}"#)
        #expect(try SettingsValue(json: out[...]) == value)
    }

    @Test("refuses what is no JSON, and a null in an array", arguments: ["", "[null]", "{\"a\":}", "[1,]", "{\"a\":1,\"a\":2}", "tru"])
    func refuses(text: String) {
        #expect(throws: JSONError.self) { try SettingsValue(json: Array(text.utf8)[...]) }
    }
}
