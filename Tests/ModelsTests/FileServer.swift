import Foundation
import TestSupport

/// A web server (the system's Python) for one file of a model, on loopback. It tells each request's range in its output.
///
/// `/whole/NAME` sends it without regard to ranges, `/ranges/NAME` by ranges, `/cut/NAME` closes after half of what is asked for,
/// `/other/NAME` begins a range elsewhere, `/large/NAME` sends one byte more, `/moved/NAME` points to `/ranges/NAME`.
final class FileServer: Sendable {
    let port: Int
    private let process: ChildProcess
    private let folder: TemporaryDirectory

    init(_ bytes: [UInt8]) async throws {
        let folder = try TemporaryDirectory("server")
        self.folder = folder
        let port = try FreePort.find()
        self.port = port
        try Data(bytes).write(to: URL(filePath: folder.path("file")))
        try Data(Self.script.utf8).write(to: URL(filePath: folder.path("server.py")))
        let process = try ChildProcess(
            executable: "/usr/bin/python3", arguments: [folder.path("server.py"), "\(port)", folder.path("file")])
        self.process = process
        try await eventually("the server to listen") {
            if process.hasExited { throw MediaTool.Failure("the server ended: \(process.output)") }
            return process.output.contains("listening")
        }
    }

    func address(_ way: String) -> String { "http://127.0.0.1:\(port)/\(way)" }

    /// Each request's way and range.
    var requests: [String] {
        process.output.split(separator: "\n").filter { $0.hasPrefix("request ") }.map { String($0.dropFirst(8)) }
    }

    private static let script = """
        import http.server, sys

        body = open(sys.argv[2], "rb").read()


        class Files(http.server.BaseHTTPRequestHandler):
            def log_message(self, *arguments):
                pass

            def do_GET(self):
                way = self.path.split("/")[1]
                wanted = self.headers.get("Range", "")
                print("request", way, wanted or "all", flush=True)
                if way == "moved":
                    self.send_response(302)
                    self.send_header("Location", self.path.replace("moved", "ranges"))
                    self.send_header("Content-Length", "0")
                    self.end_headers()
                    return
                if way not in ("whole", "ranges", "cut", "other", "large"):
                    self.send_error(404)
                    return
                start = int(wanted[6:-1]) if wanted and way != "whole" else 0
                begin = start - 1 if way == "other" and start else start
                part = body[begin:] + (b"x" if way == "large" else b"")
                self.send_response(206 if start else 200)
                if start:
                    self.send_header("Content-Range", f"bytes {begin}-{len(body) - 1}/{len(body)}")
                self.send_header("Content-Length", str(len(part)))
                self.end_headers()
                self.wfile.write(part[: len(part) // 2] if way == "cut" else part)
                self.close_connection = True


        server = http.server.ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1])), Files)
        print("listening", flush=True)
        server.serve_forever()
        """
}
