import Testing

@testable import Settings

@Suite struct RedactedTests {
    @Test(
        "An address is shown without what could be secret",
        arguments: [
            ("rtsp://user:pass@cam.example:554/stream1?token=abc#x", "rtsp://cam.example:554/stream1"),
            ("postgres://hub:p@ss/w?rd@db/vigilar", "postgres://db/vigilar"),
            ("rtsp://cam/live", "rtsp://cam/live"),
            ("user:pass@host", "(secret)"),
            ("clip?token=1", "(secret)"),
            ("clips/porch.mp4", "clips/porch.mp4"),
        ]
    )
    func address(text: String, shown: String) {
        let address = Redacted(address: text)
        #expect(address.description == shown)
        #expect(address.value == text)
    }

    @Test("A secret shows in no way of printing, alone or inside another value")
    func printing() {
        struct Holder { let secret = Redacted("sesame") }
        var dumped = ""
        dump(Holder(), to: &dumped)
        for text in ["\(Redacted("sesame"))", String(reflecting: Redacted("sesame")), "\(Holder())", String(reflecting: Holder()), dumped] {
            #expect(!text.contains("sesame"))
        }
    }
}
