import Testing

@testable import Hub

@Suite struct ByteRangeTests {
    @Test(
        "A range is read as RFC 9110 says",
        arguments: [
            (nil, .whole), ("bytes=0-", .part(0..<1000)), ("bytes=0-0", .part(0..<1)), ("bytes=10-19", .part(10..<20)),
            ("Bytes= 5 - 6", .part(5..<7)),
            ("bytes=999-", .part(999..<1000)), ("bytes=990-5000", .part(990..<1000)), ("bytes=-10", .part(990..<1000)),
            ("bytes=-5000", .part(0..<1000)), ("bytes=1000-", .unsatisfiable), ("bytes=5000-6000", .unsatisfiable),
            ("bytes=-0", .unsatisfiable),
            ("bytes=99999999999999999999-", .unsatisfiable), ("bytes=0-99999999999999999999", .part(0..<1000)), ("bytes=20-10", .whole),
            ("bytes=-", .whole), ("bytes=", .whole), ("bytes=a-b", .whole), ("bytes=1-2,4-5", .whole), ("lines=1-2", .whole),
            ("bytes=--5", .whole),
            ("bytes=1-2-3", .whole),
        ] as [(String?, ByteRange)])
    func read(header: String?, range: ByteRange) { #expect(ByteRange(header, length: 1000) == range) }

    @Test("Of nothing there is no part")
    func empty() {
        #expect(ByteRange("bytes=0-", length: 0) == .unsatisfiable)
        #expect(ByteRange("bytes=-1", length: 0) == .unsatisfiable)
    }
}
