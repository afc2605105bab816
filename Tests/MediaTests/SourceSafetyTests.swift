import Foundation
import Media
import TestSupport
import Testing

@Suite("What a source may reach")
struct SourceSafetyTests {
    private func failure(_ address: String) -> MediaError? {
        do {
            var options = DemuxOptions()
            options.openLimit = 20
            _ = try Demuxer(MediaSource(address), options: options, stop: StopFlag())
            return nil
        } catch {
            return error
        }
    }

    @Test("An HTTP source is not led to a file, to another host or to another path")
    func httpRedirection() async throws {
        let clip = try TestClips.shared.clip()
        for target in ["file://\(clip)", "concat:\(clip)", clip] {
            let server = try await MediaWebServer(redirectTarget: target)
            #expect(failure(server.url("redirect")) != nil)
        }
        let other = try await MediaWebServer(clip: clip)
        #expect(failure(other.url("clip")) == nil)
        let server = try await MediaWebServer(redirectTarget: other.url("clip"))
        #expect(failure(server.url("redirect")) != nil)
        #expect(other.requests(with: "/clip") == 1)
    }

    @Test("An RTSP source is not led to a file or to another host")
    func rtspRedirection() async throws {
        let clip = try TestClips.shared.clip()
        let other = try await MediaWebServer()
        let good = try await RTSPServer([.init(path: "cam", file: clip, rounds: 1)])
        let targets: [(String, MediaError.Code)] = [
            (good.url("cam"), .refused), ("rtsp://127.0.0.1:\(other.rtspPort)/cam?tcp", .refused),
            ("file:\(clip)", .invalidData), ("http://127.0.0.1:\(other.port)/", .invalidData),
        ]
        for (target, code) in targets {
            let server = try await MediaWebServer(redirectTarget: target)
            let error = failure("rtsp://127.0.0.1:\(server.rtspPort)/cam")
            #expect(error?.code == code, "\(target): \(String(describing: error))")
            try await eventually { server.requests(with: "DESCRIBE") == 1 }
        }
        #expect(other.requests(with: "RTSP/1.0") == 0)
        await good.stop()
    }

    @Test("Playlists are not followed, from the network or from a file", arguments: ["playlist.m3u8", "concat"])
    func playlists(name: String) async throws {
        let clip = try TestClips.shared.clip()
        let server = try await MediaWebServer(redirectTarget: clip)
        #expect(failure(server.url(name)) != nil)

        let folder = try TemporaryDirectory("playlist")
        let list = folder.path("list.mp4")
        let text =
            name == "concat"
            ? "ffconcat version 1.0\nfile '\(clip)'\n" : "#EXTM3U\n#EXT-X-TARGETDURATION:9\n#EXTINF:9,\n\(clip)\n#EXT-X-ENDLIST\n"
        try text.write(toFile: list, atomically: true, encoding: .utf8)
        #expect(failure(list)?.code == .refused)
    }

    @Test("Wrong credentials are said to be wrong, without showing them", arguments: [RTSPServer.Authentication.basic, .digest])
    func credentials(method: RTSPServer.Authentication) async throws {
        let clip = try TestClips.shared.clip()
        let server = try await RTSPServer([.init(path: "cam", file: clip)], authentication: method, password: "s3cret")
        #expect(failure(server.url("cam", user: "viewer", password: "s3cret")) == nil)
        for address in [server.url("cam"), server.url("cam", user: "viewer", password: "topsecret")] {
            let error = failure(address)
            #expect(error?.code == .unauthorized)
            #expect(error?.description.contains("topsecret") == false)
            #expect(error?.description.contains("password") == true)
        }
        await server.stop()
    }

    @Test("A host where nobody answers, and a path with nothing behind it, are told apart")
    func absent() async throws {
        let clip = try TestClips.shared.clip()
        let server = try await RTSPServer([.init(path: "cam", file: clip)])
        #expect(failure(server.url("nothing"))?.code == .notFound)
        #expect(failure("rtsp://127.0.0.1:\(try FreePort.find())/cam")?.code == .unreachable)
        #expect(failure("/nowhere/at/all.mp4")?.code == .notFound)
        await server.stop()
    }

    @Test("A server that accepts and says nothing is given up in time, and at once when asked to stop")
    func silentServer() async throws {
        let server = try await MediaWebServer()
        var options = DemuxOptions()
        options.openLimit = 0.5
        let error = #expect(throws: MediaError.self) {
            _ = try Demuxer(MediaSource(server.url("silent")), options: options, stop: StopFlag())
        }
        #expect(error?.code == .timedOut)

        let stop = StopFlag()
        options.openLimit = 600
        let address = server.url("silent")
        async let outcome: MediaError.Code? = {
            do {
                _ = try Demuxer(MediaSource(address), options: options, stop: stop)
                return nil
            } catch {
                return (error as? MediaError)?.code
            }
        }()
        try await eventually { server.requests(with: "/silent") == 2 }
        stop.stop()
        #expect(await outcome == .stopped)
    }
}
