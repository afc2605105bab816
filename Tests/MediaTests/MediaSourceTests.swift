import Media
import Testing

@Suite("MediaSource")
struct MediaSourceTests {
    @Test(
        "An address prints without credentials and parameters",
        arguments: [
            ("rtsp://cam.local/stream", "rtsp://cam.local/stream"),
            ("rtsp://admin:p%40ss@10.0.0.7:554/h264", "rtsp://***@10.0.0.7:554/h264"),
            ("RTSP://admin:pa@ss@10.0.0.7/h264", "rtsp://***@10.0.0.7/h264"),
            ("rtsp://10.0.0.7/user=admin&password=topsecret&channel=1", "rtsp://10.0.0.7/user…"),
            ("http://cam/video?user=admin&pwd=topsecret", "http://cam/video…"),
            ("rtsps://[fe80::1]:322/a", "rtsps://[fe80::1]:322/a"),
            ("https://u@cam:8443", "https://***@cam:8443"),
            ("file:///clips/a.mp4", "/clips/a.mp4"),
            ("file:a.mp4", "a.mp4"),
            ("clips/with : colon.mp4", "clips/with : colon.mp4"),
        ]
    )
    func description(text: String, shown: String) throws {
        let source = try MediaSource(text)
        #expect(source.description == shown)
        #expect("\(source)" == shown)
    }

    @Test(
        "What is no source is refused, without repeating it",
        arguments: [
            "", "rtsp:///path", "rtsp://user:topsecret@/x", "rtsp://host:0/", "rtsp://host:topsecret/", "rtsp://ho st/",
            "concat:a.mp4|b.mp4",
            "data:video/mp4;base64,AAAA", "ftp://u:topsecret@host/a", "udp://1.2.3.4:5", "pipe:0", "rtmp://host/topsecret", "file:",
            "rtsp:host",
            "rtsp://host/\r\nX-Header: topsecret", "subfile,,start,0,end,0,,:/etc/passwd", "crypto+file:topsecret", "rtsp://hö/",
            String(repeating: "a", count: 3000),
        ]
    )
    func refused(text: String) {
        let error = #expect(throws: MediaError.self) { try MediaSource(text) }
        #expect(error?.code == .invalidSource)
        #expect(error?.description.contains("topsecret") == false)
    }
}
