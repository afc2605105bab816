import Foundation

/// A small RTSP server (the system's Python) that sends H.264 over the connection itself (RFC 2326, section 10.12) and, some pictures later, does
/// what no camera should: the last part of the address says what.
package final class HostileRTSPServer: Sendable {
    package enum Trick: String, CaseIterable, Sendable {
        /// The connection ends in the midst of a packet.
        case cut
        /// Bytes that are no packet follow, and then nothing.
        case garbage
        /// A packet says that it is longer than it is.
        case lying
        /// Packets that are well framed hold nothing but noise.
        case noise
        /// The description of the stream is noise.
        case description
        /// Parameter sets ask for pictures of 16,000 by 16,000 from the beginning.
        case large
        /// Parameter sets ask for more pixels than there are numbers, and go on to something of another size with each picture.
        case sizes
    }

    package let port: Int
    package let process: ChildProcess
    private let folder: TemporaryDirectory

    /// Starts a server on 127.0.0.1 and waits until it listens.
    /// - Parameter clip: A `.h264` file, played over and over.
    package init(_ clip: String) async throws {
        let folder = try TemporaryDirectory("hostile")
        self.folder = folder
        let port = try FreePort.find()
        self.port = port
        try Data(Self.script.utf8).write(to: URL(fileURLWithPath: folder.path("server.py")))
        let process = try ChildProcess(executable: "/usr/bin/python3", arguments: [folder.path("server.py"), "\(port)", clip])
        self.process = process
        try await eventually("the hostile server to listen") {
            if process.hasExited { throw ChildProcess.Failure(description: "the hostile server ended: \(process.output)") }
            return process.output.contains("listening")
        }
    }

    package func url(_ trick: Trick) -> String { "rtsp://127.0.0.1:\(port)/\(trick.rawValue)" }

    /// How often it has played a trick to its end.
    package func played(_ trick: Trick) -> Int {
        process.output.split(separator: "\n").count { $0 == "played \(trick.rawValue)" }
    }

    package func stop() async { await process.terminate(within: .seconds(2)) }

    private static let script = """
        import os, random, re, socketserver, struct, sys, time

        port, clip = int(sys.argv[1]), open(sys.argv[2], "rb").read()
        units = [unit for unit in re.split(b"\\\\x00\\\\x00\\\\x00?\\\\x01", clip) if unit]


        def number(value):
            bits = bin(value + 1)[2:]
            return "0" * (len(bits) - 1) + bits


        def parameters(width, height):
            bits = "".join(map(number, (0, 0, 2, 1))) + "0" + number(width) + number(height) + "1100" + "1"
            bits += "0" * (-len(bits) % 8)
            body = bytes([0x42, 0, 0x1e]) + int(bits, 2).to_bytes(len(bits) // 8, "big")
            return b"\\x67" + re.sub(b"\\x00\\x00(?=[\\x00-\\x03])", b"\\x00\\x00\\x03", body)


        class Camera(socketserver.StreamRequestHandler):
            def handle(self):
                self.trick, self.sequence, self.clock = "", 0, 0
                while True:
                    lines = []
                    while (line := self.rfile.readline()) not in (b"", b"\\r\\n"):
                        lines.append(line.decode("latin-1").strip())
                    if not lines:
                        return
                    method, address = lines[0].split()[:2]
                    self.trick = address.split("/")[3] if address.count("/") > 2 else ""
                    number = next(line.split(":")[1] for line in lines if line.lower().startswith("cseq"))
                    more, body = {
                        "DESCRIBE": (f"Content-Type: application/sdp\\r\\nContent-Base: {address}/\\r\\n", self.description()),
                        "SETUP": ("Transport: RTP/AVP/TCP;unicast;interleaved=0-1\\r\\nSession: 1\\r\\n", b""),
                        "OPTIONS": ("Public: OPTIONS, DESCRIBE, SETUP, PLAY, TEARDOWN\\r\\n", b""),
                    }.get(method, ("Session: 1\\r\\n", b""))
                    head = f"RTSP/1.0 200 OK\\r\\nCSeq:{number}\\r\\n{more}Content-Length: {len(body)}\\r\\n\\r\\n"
                    self.wfile.write(head.encode() + body)
                    if method == "DESCRIBE" and self.trick == "description":
                        print("played", self.trick, flush=True)
                    if method == "PLAY":
                        self.play()
                        return

            def description(self):
                if self.trick == "description":
                    return os.urandom(3000)
                return (b"v=0\\r\\no=- 1 1 IN IP4 127.0.0.1\\r\\ns=camera\\r\\nt=0 0\\r\\nm=video 0 RTP/AVP 96\\r\\n"
                        b"c=IN IP4 0.0.0.0\\r\\na=rtpmap:96 H264/90000\\r\\na=fmtp:96 packetization-mode=1\\r\\na=control:track\\r\\n")

            def packet(self, payload, last):
                self.sequence = self.sequence + 1 & 0xffff
                body = struct.pack(">BBHII", 0x80, 96 | last << 7, self.sequence, self.clock & 0xffffffff, 7) + payload
                return b"$\\x00" + struct.pack(">H", len(body)) + body

            def unit(self, unit, last):
                if len(unit) < 1400:
                    return self.packet(unit, last)
                out = b""
                for at in range(1, len(unit), 1400):
                    part = unit[at:at + 1400]
                    ends = at + 1400 >= len(unit)
                    flags = (at == 1) << 7 | ends << 6 | unit[0] & 31
                    out += self.packet(bytes([unit[0] & 0xe0 | 28, flags]) + part, last and ends)
                return out

            def play(self):
                shown = 0
                while True:
                    for unit in units:
                        kind = unit[0] & 31
                        if kind == 7 and self.trick == "large":
                            unit = parameters(999, 999)
                        if kind == 7 and self.trick == "sizes" and shown > 10:
                            unit = parameters(*random.choice([(1 << 20, 1 << 20), (0, 0), (shown, 3), (8191, 1), (2000, 2000)]))
                        if self.trick == "noise" and shown > 10:
                            unit = unit[:1] + os.urandom(len(unit) - 1)
                        isPicture = kind in (1, 5)
                        self.wfile.write(self.unit(unit, isPicture))
                        if not isPicture:
                            continue
                        shown += 1
                        self.clock += 6000
                        if shown == 30 and self.trick in ("cut", "garbage", "lying"):
                            self.end(unit)
                            return
                        if shown == 60:
                            print("played", self.trick, flush=True)
                        time.sleep(1 / 15)

            def end(self, unit):
                print("played", self.trick, flush=True)
                if self.trick == "cut":
                    self.wfile.write(self.unit(unit, True)[:-7])
                elif self.trick == "garbage":
                    self.wfile.write(os.urandom(200_000))
                    self.rfile.read()
                else:
                    self.wfile.write(b"$\\x00\\xff\\xff" + self.unit(unit, True)[4:])
                    self.rfile.read()


        class Server(socketserver.ThreadingTCPServer):
            allow_reuse_address = True
            daemon_threads = True

            def handle_error(self, request, address):
                pass


        server = Server(("127.0.0.1", port), Camera)
        print("listening", flush=True)
        server.serve_forever()
        """
}
