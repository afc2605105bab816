import Foundation

/// A small web server (the system's Python) that behaves like cameras, and like hosts that would lead a camera's reader astray.
///
/// `/mjpeg` sends the JPEG files of a folder as `multipart/x-mixed-replace`, over and over; `/clip` sends a file; `/private` and the RTSP
/// port's `/private` ask for credentials; `/redirect` and the RTSP port answer with a redirection to `redirectTarget`; `/playlist.m3u8` and
/// `/concat` hold playlists that point to it.
package final class MediaWebServer: Sendable {
    package let port: Int
    /// Answers every RTSP `DESCRIBE` with a redirection.
    package let rtspPort: Int
    package let process: ChildProcess
    private let folder: TemporaryDirectory

    /// Starts the server and waits until it listens.
    /// - Parameters:
    ///   - pictures: A folder of `.jpg` files.
    ///   - clip: A video file.
    ///   - redirectTarget: Where redirections and playlists point to.
    package init(pictures: String? = nil, clip: String? = nil, redirectTarget: String = "file:///etc/hostname") async throws {
        let folder = try TemporaryDirectory("web")
        self.folder = folder
        let (port, rtspPort) = (try FreePort.find(), try FreePort.find())
        self.port = port
        self.rtspPort = rtspPort
        try Data(Self.script.utf8).write(to: URL(fileURLWithPath: folder.path("server.py")))
        let process = try ChildProcess(
            executable: "/usr/bin/python3",
            arguments: [folder.path("server.py"), "\(port)", "\(rtspPort)", pictures ?? "", clip ?? "", redirectTarget]
        )
        self.process = process
        try await eventually("the web server to listen") {
            if process.hasExited { throw ChildProcess.Failure(description: "the web server ended: \(process.output)") }
            return process.output.contains("listening")
        }
    }

    /// The address of a path.
    package func url(_ path: String, credentials: String? = nil) -> String {
        "http://\(credentials.map { "\($0)@" } ?? "")127.0.0.1:\(port)/\(path)"
    }

    /// How many requests there were whose first line holds `text`.
    package func requests(with text: String) -> Int {
        process.output.split(separator: "\n").count { $0.hasPrefix("request ") && $0.contains(text) }
    }

    private static let script = """
        import base64, glob, http.server, socketserver, sys, threading, time

        port, rtsp_port, pictures, clip, target = int(sys.argv[1]), int(sys.argv[2]), *sys.argv[3:6]
        ALLOWED = "Basic " + base64.b64encode(b"viewer:s3cret/word").decode()


        class Web(http.server.BaseHTTPRequestHandler):
            def log_message(self, *arguments):
                pass

            def do_GET(self):
                print("request", self.requestline, flush=True)
                path = self.path.split("?")[0]
                if path == "/private" and self.headers.get("Authorization") != ALLOWED:
                    self.send_response(401)
                    self.send_header("WWW-Authenticate", 'Basic realm="camera"')
                    self.send_header("Content-Length", "0")
                    self.end_headers()
                elif path in ("/mjpeg", "/private"):
                    self.stream()
                elif path == "/redirect":
                    self.send_response(302)
                    self.send_header("Location", target)
                    self.send_header("Content-Length", "0")
                    self.end_headers()
                elif path == "/clip":
                    self.whole("video/mp4", open(clip, "rb").read())
                elif path == "/playlist.m3u8":
                    self.whole("application/vnd.apple.mpegurl",
                               ("#EXTM3U\\n#EXT-X-TARGETDURATION:10\\n#EXTINF:9,\\n" + target + "\\n#EXT-X-ENDLIST\\n").encode())
                elif path == "/concat":
                    self.whole("text/plain", ("ffconcat version 1.0\\nfile '" + target + "'\\n").encode())
                elif path == "/silent":
                    self.send_response(200)
                    self.end_headers()
                    time.sleep(600)
                else:
                    self.send_error(404)

            def whole(self, kind, body):
                self.send_response(200)
                self.send_header("Content-Type", kind)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def stream(self):
                files = sorted(glob.glob(pictures + "/*.jpg"))
                self.send_response(200)
                self.send_header("Content-Type", "multipart/x-mixed-replace; boundary=frame")
                self.end_headers()
                while True:
                    for file in files:
                        body = open(file, "rb").read()
                        self.wfile.write(b"--frame\\r\\nContent-Type: image/jpeg\\r\\nContent-Length: %d\\r\\n\\r\\n" % len(body))
                        self.wfile.write(body + b"\\r\\n")
                        time.sleep(0.05)


        class RTSP(socketserver.StreamRequestHandler):
            def handle(self):
                sequence = "0"
                for line in self.rfile:
                    text = line.decode("latin-1").strip()
                    if text.startswith(("OPTIONS", "DESCRIBE")):
                        print("request", text, flush=True)
                        method = text.split()[0]
                    elif text.lower().startswith("cseq:"):
                        sequence = text.split(":")[1].strip()
                    elif text == "":
                        if method == "OPTIONS":
                            answer = f"RTSP/1.0 200 OK\\r\\nCSeq: {sequence}\\r\\nPublic: OPTIONS, DESCRIBE\\r\\n\\r\\n"
                        else:
                            answer = f"RTSP/1.0 302 Found\\r\\nCSeq: {sequence}\\r\\nLocation: {target}\\r\\n\\r\\n"
                        self.wfile.write(answer.encode())


        class Threaded(socketserver.ThreadingMixIn, socketserver.TCPServer):
            allow_reuse_address = True
            daemon_threads = True

            def handle_error(self, request, address):
                pass


        servers = [Threaded(("127.0.0.1", port), Web), Threaded(("127.0.0.1", rtsp_port), RTSP)]
        threading.Thread(target=servers[1].serve_forever, daemon=True).start()
        print("listening", flush=True)
        servers[0].serve_forever()
        """
}
