import Testing

@testable import Hub

@Suite struct CameraSourceTests {
    @Test(
        "An address has a scheme of video and a host",
        arguments: [
            "rtsp://cam", "rtsps://user:p%40ss@10.0.0.7:8554/stream?channel=1", "http://[fd00::1]/video", "HTTPS://cam.example/x#y",
            "rtsp://user:p@ss@cam/stream",
        ])
    func taken(_ text: String) { #expect(CameraSource(text)?.text == text) }

    @Test(
        "What is no such address is not taken, and no path is one",
        arguments: [
            "", "/etc/passwd", "file:///etc/passwd", "clip.mp4", "rtsp:/cam", "rtsp://", "rtsp:///stream", "rtsp://user:pass@",
            "rtsp://:554/",
            "rtsp://user@:554/x", "ftp://cam", "concat:rtsp://cam", "rtsp://cam/a b", "rtsp://cam/\n", "rtsp://k\u{e4}mera", " rtsp://cam",
            "rtsp://?x", "rtsp://cam/" + String(repeating: "x", count: 2048), "pipe:1", "-rtsp://cam",
        ])
    func refused(_ text: String) { #expect(CameraSource(text) == nil) }

    @Test("Words that repeat the address, its user or its password are known for it")
    func quoted() throws {
        let source = try #require(CameraSource("rtsp://eve:s3cret%21@cam.example/stream"))
        for words in ["at rtsp://eve:s3cret%21@cam.example/stream", "user eve:s3cret%21", "password s3cret%21", "password s3cret!"] {
            #expect(source.isQuoted(in: words), "\(words)")
        }
        #expect(!source.isQuoted(in: "cam.example does not answer"))
        #expect(!(CameraSource("rtsp://cam")?.isQuoted(in: "no route to the host") ?? true))
        #expect("\(source)" == "(an address)")
    }
}
