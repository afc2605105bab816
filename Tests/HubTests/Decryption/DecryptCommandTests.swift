import Foundation
import Recording
import TestSupport
import Testing
import Trust

@testable import Hub

/// The commands themselves: arguments, lines, exit statuses.
@Suite struct DecryptCommandTests {
    /// What a run of `vigilar-hub` came to.
    private struct Run {
        let status: Int32
        let output: [String]
        let errors: String
    }

    /// The program beside the tests.
    private static func program() throws -> String {
        let own = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
        return (own as NSString).deletingLastPathComponent + "/vigilar-hub"
    }

    private static func run(_ arguments: [String], _ environment: [String: String] = [:]) async throws -> Run {
        let folder = try TemporaryDirectory("run")
        // Apart from each other, as they are by themselves.
        let script = "exec \"$0\" \"$@\" 2>'\(folder.path("errors"))'"
        let child = try ChildProcess(executable: "/bin/sh", arguments: ["-c", script, try program()] + arguments, environment: environment)
        let status = await child.waitForExit()
        let errors = try String(contentsOf: URL(filePath: folder.path("errors")), encoding: .utf8)
        return Run(status: status, output: child.output.split(separator: "\n").map(String.init), errors: errors)
    }

    @Test("Each file has a line on the output or among the errors, and one that failed makes the exit status 1")
    func statuses() async throws {
        let fixture = try DecryptionFixture()
        let segment = try RecordedSegment(lengths: [20_000], to: [fixture.key])
        let good = try fixture.put(segment.file, segment.closed, as: "good")
        let bad = try fixture.put(Array(segment.file.dropLast()), segment.closed, as: "bad")
        let data = ["--data", fixture.hub.folder.path("hub")]
        let mixed = try await Self.run(["decrypt", bad, good] + data)
        #expect(mixed.status == 1)
        #expect(mixed.output.count == 1 && mixed.output.first?.hasPrefix(fixture.disk.path("good.mp4: door, from ")) == true)
        #expect(mixed.errors.hasPrefix("\(bad): ") && mixed.errors.split(separator: "\n").count == 1, "\(mixed.errors)")
        #expect(try fixture.bytes("good.mp4") == segment.plaintext)

        let whole = try await Self.run(["decrypt", good, "--into", fixture.disk.path("out")] + data)
        #expect(whole.status == 0 && whole.output.count == 1 && whole.errors.isEmpty, "\(whole.errors)")
        #expect(try fixture.bytes("out/good.mp4") == segment.plaintext)
        #expect(try await Self.run(["decrypt"] + data).status == 64)
        let noKeys = try await Self.run(["decrypt", good, "--data", fixture.disk.path("none")])
        #expect(noKeys.status == 1 && noKeys.errors.contains("check --data"))
        #expect(!FileManager.default.fileExists(atPath: fixture.disk.path("none")))
    }

    @Test("A recovery key is made and used with the passphrase of its variable, also where there is no hub")
    func recovery() async throws {
        let fixture = try DecryptionFixture()
        let file = fixture.hub.folder.path("recovery.key")
        let environment = ["VIGILAR_RECOVERY_PASSPHRASE": KeyFixture.passphrase]
        let made = try await Self.run(["keys", "recovery", file], environment)
        #expect(made.status == 0, "\(made.errors)")
        let key = try SealingPublicKey(text: try #require(made.output.first))
        let again = try await Self.run(["keys", "recovery", file], environment)
        #expect(again.status == 1 && again.errors.contains("is not overwritten"))
        let segment = try RecordedSegment(lengths: [20_000], to: [fixture.key, key])
        let path = try fixture.put(segment.file, segment.closed)
        try fixture.hub.lose()
        let opened = try await Self.run(["decrypt", path, "--key", file], environment)
        #expect(opened.status == 0, "\(opened.errors)")
        #expect(try fixture.bytes() == segment.plaintext)
        let wrong = try await Self.run(["decrypt", path, "--key", file], ["VIGILAR_RECOVERY_PASSPHRASE": "wrong horse battery"])
        #expect(wrong.status == 1 && wrong.errors.contains("The passphrase is wrong"))
    }

    @Test("SIGTERM ends it between or within two files: nothing is left half written, and the exit status is 1")
    func terminated() async throws {
        let fixture = try DecryptionFixture()
        let segment = try RecordedSegment(lengths: [200_000], to: [fixture.key])
        let first = try fixture.put(segment.file, segment.closed, as: "0")
        for number in 1..<4000 { try FileManager.default.linkItem(atPath: first, toPath: fixture.disk.path("\(number).vge")) }
        // It cannot get far ahead of who reads its lines: those of all files are more than a pipe holds.
        let pipe = fixture.hub.folder.path("lines")
        try #require(mkfifo(pipe, 0o600) == 0)
        let lines = open(pipe, O_RDONLY | O_NONBLOCK | O_CLOEXEC)
        try #require(lines >= 0)
        defer { close(lines) }
        let child = try ChildProcess(
            executable: "/bin/sh",
            arguments: [
                "-c", "exec \"$0\" \"$@\" >'\(pipe)'", try Self.program(), "decrypt", fixture.disk.path, "--data",
                fixture.hub.folder.path("hub"),
            ])
        try await eventually("some segments") { try fixture.files().count > 4100 }
        child.signal(SIGTERM)
        var buffer = [UInt8](repeating: 0, count: 4096)
        try await eventually("its end") {
            while read(lines, &buffer, buffer.count) > 0 {}
            return child.hasExited
        }
        #expect(await child.waitForExit() == 1)
        #expect(child.output.contains("Stopped: "))
        let files = try fixture.files()
        let opened = files.filter { $0.hasSuffix(".mp4") }
        #expect(files.allSatisfy { $0.hasSuffix(".vge") || $0.hasSuffix(".mp4") || $0 == "0.idx" })
        #expect((1..<4000).contains(opened.count))
        for name in [opened.first, opened.last] { #expect(try fixture.bytes(try #require(name)) == segment.plaintext) }
    }

    @Test("What a player makes of it: all pictures of a whole segment, and those until the cut of one that was cut off")
    func pictures() async throws {
        var recipe = TestClips.Recipe()
        recipe.extra = ["-movflags", "frag_keyframe+empty_moov+default_base_moof"]
        let clip = [UInt8](try Data(contentsOf: URL(filePath: try TestClips.shared.clip(recipe))))
        // `ftyp` and `moov`, then a `moof` and an `mdat` for each group of 15 pictures; an index at the end is left out.
        var boxes: [(name: String, bytes: [UInt8])] = []
        var at = 0
        while at < clip.count {
            let length = clip[at..<at + 4].reduce(0) { $0 << 8 | Int($1) }
            boxes.append((String(decoding: clip[at + 4..<at + 8], as: UTF8.self), Array(clip[at..<at + length])))
            at += length
        }
        var parts = [boxes.prefix { $0.name != "moof" }.flatMap(\.bytes)]
        for (index, box) in boxes.enumerated() where box.name == "moof" { parts.append(box.bytes + boxes[index + 1].bytes) }
        #expect(parts.count == 5)
        let fixture = try DecryptionFixture()
        let segment = try RecordedSegment(parts, to: [fixture.key], fills: false)
        try fixture.put(segment.file, segment.closed, as: "whole")
        try fixture.put(segment.torn(fragments: 3), segment.sidecar(fragments: 4, SidecarCodec.unterminated(fragments: 3)), as: "cut")
        #expect(try fixture.decrypt(fixture.disk.path).isWhole)
        for (name, count) in [("whole", 60), ("cut", 45)] {
            let probe = try ChildProcess(
                executable: "ffprobe",
                arguments: [
                    "-v", "error", "-count_frames", "-select_streams", "v", "-show_entries", "stream=nb_read_frames", "-of", "csv=p=0",
                    fixture.disk.path("\(name).mp4"),
                ])
            #expect(await probe.waitForExit() == 0)
            #expect(probe.output.split(separator: "\n") == ["\(count)"])
        }
    }
}
