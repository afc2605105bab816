import Testing

@testable import Hub

@Suite("What people write in a line")
struct PlainTextTests {
    @Test(
        "Names of the world are taken",
        arguments: [
            "Anna", "Ö", "李小龍", "علی\u{200c}رضا", "Zoë O’Neil-Smith", "👩‍👩‍👧", "❤\u{fe0f}", "No. 5", String(repeating: "x", count: 100),
        ])
    func names(_ text: String) { #expect(PlainText.isValid(text, length: 1...100)) }

    @Test(
        "What is not seen, turns other text around or has no end is refused",
        arguments: [
            "", " ", "\u{a0}\u{3000}", "\u{200d}", "\u{200b}Anna", "Anna\u{202e}", "\u{2066}Anna", "An\u{ad}na", "\u{3164}", "\u{301}",
            "A\u{2028}B",
            "A\u{7}", "A\nB", "\u{feff}A", "\u{e000}", String(repeating: "x", count: 101), "x" + String(repeating: "\u{301}", count: 100),
        ])
    func others(_ text: String) { #expect(!PlainText.isValid(text, length: 1...100), "\(text.unicodeScalars.map(\.value))") }
}
