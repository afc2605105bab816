import Foundation

/// A real RTSP server (gst-rtsp-server, through the `gi` of the system's Python) that plays clips at their own speed.
package final class RTSPServer: Sendable {
    /// One path of the server.
    package struct Mount: Sendable {
        package var path: String
        package var file: String
        /// `h264` or `hevc`, as the file has it.
        package var codec: String
        /// How often the file is played before the stream ends.
        package var rounds: Int
        /// Of the file; nil where it has none, or it is not sent.
        package var sound: TestClips.Sound?

        package init(path: String, file: String, codec: String = "h264", rounds: Int = 50, sound: TestClips.Sound? = nil) {
            self.path = path
            self.file = file
            self.codec = codec
            self.rounds = rounds
            self.sound = sound
        }
    }

    /// How the server asks for the user name `viewer` and the password.
    package enum Authentication: String, Sendable {
        case none, basic, digest
    }

    package let port: Int
    package let process: ChildProcess
    private let folder: TemporaryDirectory

    /// Starts a server on 127.0.0.1 and waits until it listens.
    /// - Parameter port: A port that another server had before; nil for a free one.
    package init(
        _ mounts: [Mount], authentication: Authentication = .none, password: String = "", port: Int? = nil
    ) async throws {
        let folder = try TemporaryDirectory("rtsp")
        self.folder = folder
        let chosen = try port ?? FreePort.find()
        self.port = chosen
        try Data(Self.script.utf8).write(to: URL(fileURLWithPath: folder.path("server.py")))
        let description = try mounts.map { "\($0.path)\t\(try Self.prolong($0, in: folder))\t\($0.codec)\t\($0.sound?.rawValue ?? "")" }
            .joined(separator: "\n")
        let process = try ChildProcess(
            executable: "/usr/bin/python3",
            arguments: [folder.path("server.py"), "\(chosen)", authentication.rawValue, password, description],
            environment: ["GST_REGISTRY_FORK": "no"]
        )
        self.process = process
        try await eventually("the RTSP server to listen", timeout: .seconds(60)) {
            if process.hasExited { throw ChildProcess.Failure(description: "the RTSP server ended: \(process.output)") }
            return process.output.contains("listening")
        }
    }

    /// The address of a mount, with credentials if given.
    package func url(_ path: String, user: String? = nil, password: String? = nil) -> String {
        let credentials = user.map { "\($0):\(password ?? "")@" } ?? ""
        return "rtsp://\(credentials)127.0.0.1:\(port)/\(path)"
    }

    /// Ends the server.
    package func stop() async { await process.terminate(within: .seconds(2)) }

    /// Strings the rounds together in one file, without encoding anew.
    private static func prolong(_ mount: Mount, in folder: TemporaryDirectory) throws -> String {
        if mount.rounds <= 1 { return mount.file }
        let long = folder.path("\(mount.path.replacingOccurrences(of: "/", with: "-")).mkv")
        try TestClips.run(["-stream_loop", "\(mount.rounds - 1)", "-i", mount.file, "-map", "0", "-c", "copy", long])
        return long
    }

    private static let script = """
        import sys
        import gi
        gi.require_version("Gst", "1.0")
        gi.require_version("GstRtsp", "1.0")
        gi.require_version("GstRtspServer", "1.0")
        from gi.repository import GLib, Gst, GstRtsp, GstRtspServer

        Gst.init(None)
        port, authentication, password, mounts = sys.argv[1:5]
        PARSERS = {"h264": ("h264parse", "rtph264pay"), "hevc": ("h265parse", "rtph265pay")}
        SOUNDS = {"aac": "aacparse ! rtpmp4gpay pt=97", "pcm_mulaw": "rtppcmupay pt=0", "pcm_alaw": "rtppcmapay pt=8", "mp2": "mpegaudioparse ! rtpmpapay pt=98"}
        server = GstRtspServer.RTSPServer()
        server.set_address("127.0.0.1")
        server.set_service(port)
        permissions = GstRtspServer.RTSPPermissions()
        if authentication != "none":
            token = GstRtspServer.RTSPToken()
            token.set_string(GstRtspServer.RTSP_TOKEN_MEDIA_FACTORY_ROLE, "viewer")
            auth = GstRtspServer.RTSPAuth()
            if authentication == "digest":
                auth.set_supported_methods(GstRtsp.RTSPAuthMethod.DIGEST)
                auth.add_digest("viewer", password, token)
            else:
                auth.add_basic(GstRtspServer.RTSPAuth.make_basic("viewer", password), token)
            server.set_auth(auth)
            for permission in (GstRtspServer.RTSP_PERM_MEDIA_FACTORY_ACCESS, GstRtspServer.RTSP_PERM_MEDIA_FACTORY_CONSTRUCT):
                permissions.add_permission_for_role("viewer", permission, True)
        for line in mounts.split("\\n"):
            path, file, codec, sound = line.split("\\t")
            parser, payloader = PARSERS[codec]
            demuxer = "matroskademux" if file.endswith(".mkv") else "qtdemux"
            factory = GstRtspServer.RTSPMediaFactory()
            beside = f"d. ! queue ! {SOUNDS[sound]} name=pay1 " if sound else ""
            factory.set_launch(
                f'( filesrc location="{file}" ! {demuxer} name=d d. ! queue ! {parser} ! {payloader} name=pay0 pt=96 config-interval=-1 '
                f'{beside})')
            if authentication != "none":
                factory.set_permissions(permissions)
            server.get_mount_points().add_factory("/" + path, factory)
        if server.attach(None) == 0:
            sys.exit(f"cannot listen on port {port}")
        print("listening", flush=True)
        GLib.MainLoop().run()
        """
}
