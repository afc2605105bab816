import Foundation
import Recording
import TestSupport
import Testing
import Trust

@testable import Hub

/// What `vigilar-hub decrypt` does with segments that are whole, or should be.
@Suite struct SegmentDecryptionTests {
    // MARK: Keys

    @Test("With the hub's key a segment comes out byte for byte, in a file for its owner alone, and nothing else is left on the disk")
    func hubKey() throws {
        let fixture = try DecryptionFixture()
        let segment = try RecordedSegment(to: [fixture.key])
        let path = try fixture.put(segment.file, segment.closed)
        let outcome = try fixture.decrypt(path)
        #expect(outcome.isWhole && outcome.failed.isEmpty)
        let output = fixture.disk.path("a.mp4")
        #expect(outcome.done == ["\(output): door, from 2025-11-25T08:00:00.123456Z, \(segment.plaintext.count) bytes"])
        #expect(try fixture.bytes() == segment.plaintext)
        #expect(try FileManager.default.attributesOfItem(atPath: output)[.posixPermissions] as? Int == 0o600)
        #expect(try fixture.files() == ["a.idx", "a.mp4", "a.vge"])
    }

    @Test("A segment that was recorded before the sealing key was replaced opens too, and so does one from after")
    func rotated() throws {
        let fixture = try DecryptionFixture()
        let old = try RecordedSegment(to: [fixture.key])
        for _ in 0..<2 { _ = try fixture.hub.administration.rotate() }
        let new = try RecordedSegment(to: [try fixture.hub.open().sealingKey.publicKey], seed: 2)
        let outcome = try fixture.decrypt(
            fixture.put(old.file, old.closed, as: "old"), fixture.put(new.file, new.closed, as: "new"))
        #expect(outcome.isWhole)
        #expect(try fixture.bytes("old.mp4") == old.plaintext)
        #expect(try fixture.bytes("new.mp4") == new.plaintext)
    }

    @Test("The recovery key opens a segment without the hub's, asking for its passphrase once for all files")
    func recoveryKey() throws {
        let fixture = try DecryptionFixture()
        let recovery = RecoveryKeyFile(fixture.hub.folder.path("recovery"), logRounds: 10)
        let text = try #require(try recovery.make { KeyFixture.passphrase }.first)
        try fixture.hub.lose()
        let segment = try RecordedSegment(to: [fixture.key, try SealingPublicKey(text: text)])
        for name in ["a", "b"] { try fixture.put(segment.file, segment.closed, as: name) }
        var asked = 0
        let decryption = try SegmentDecryption(recovery) {
            asked += 1
            return KeyFixture.passphrase
        }
        let outcome = DecryptionFixture.run(decryption, [fixture.disk.path])
        #expect(outcome.isWhole && outcome.done.count == 2 && asked == 1)
        #expect(try fixture.bytes() == segment.plaintext)
        #expect(try fixture.bytes("b.mp4") == segment.plaintext)
    }

    @Test("With another key nothing is written, and the error says where the right one may be")
    func wrongKey() throws {
        let fixture = try DecryptionFixture()
        let segment = try RecordedSegment(to: [SealingPrivateKey().publicKey])
        let path = try fixture.put(segment.file, segment.closed)
        let outcome = try fixture.decrypt(path)
        #expect(!outcome.isWhole && outcome.done.isEmpty)
        #expect(outcome.failed.count == 1 && outcome.failed[0].hasPrefix("\(path): the recording is for other keys"))
        #expect(outcome.failed[0].contains("vigilar-hub keys restore, or give its recovery key with --key"))
        let recovery = RecoveryKeyFile(fixture.hub.folder.path("recovery"), logRounds: 10)
        _ = try recovery.make { KeyFixture.passphrase }
        let other = DecryptionFixture.run(try SegmentDecryption(recovery) { KeyFixture.passphrase }, [path])
        #expect(!other.isWhole && other.failed.first?.contains("without --key, or another recovery key") == true)
        #expect(try fixture.files() == ["a.idx", "a.vge"])
    }

    @Test("Without a trust folder, and with a damaged key in it, the command says so at once")
    func noKeys() throws {
        let fixture = try DecryptionFixture()
        _ = try fixture.hub.administration.rotate()
        let older = try #require(TrustFolder(fixture.hub.settings).olderSealingKeys().first)
        try Data("cut".utf8).write(to: fixture.hub.keys.appending(path: older))
        let damaged = #expect(throws: HubTrust.Failure.self) { try SegmentDecryption(fixture.hub.settings) }
        #expect(damaged?.description.contains("\(older) cannot be used") == true)
        try fixture.hub.lose()
        let lost = #expect(throws: AdministrationError.self) { try SegmentDecryption(fixture.hub.settings) }
        #expect(lost?.description.contains("as the hub's user or as root") == true)
        #expect(!FileManager.default.fileExists(atPath: fixture.hub.keys.path))
    }

    // MARK: Files

    @Test(
        "Plaintexts of every length around whole chunks, and around what is opened at a time, come out whole",
        arguments: [8, 16_383, 16_384, 16_385, 262_143, 262_144, 262_145, 600_000])
    func lengths(_ length: Int) throws {
        let fixture = try DecryptionFixture()
        var dice = SeededGenerator(seed: length)
        let bytes = (0..<length).map { _ in UInt8.random(in: 0...255, using: &dice) }
        let segment = try RecordedSegment([[], bytes], to: [fixture.key], fills: false)
        #expect(segment.plaintext.count == length)
        #expect(try fixture.decrypt(fixture.put(segment.file, nil)).isWhole)
        #expect(try fixture.bytes() == segment.plaintext)
    }

    @Test("One flipped bit anywhere is noticed: nothing of the segment is left open, and the others are opened all the same")
    func flipped() throws {
        let fixture = try DecryptionFixture()
        let segment = try RecordedSegment(to: [fixture.key])
        let (head, last) = (segment.headLength, segment.file.count - 1)
        let places = [0, 10, 40, head - 60, head - 40, head - 10, head, head + 20_000, head + 300_000, last - 16, last]
        for place in places {
            var file = segment.file
            file[place] ^= 4
            let outcome = try fixture.decrypt(
                fixture.put(file, segment.closed, as: "bad"), fixture.put(segment.file, segment.closed, as: "good"))
            #expect(!outcome.isWhole && outcome.done.count == 1 && outcome.failed.count == 1, "byte \(place)")
            #expect(outcome.failed.first?.hasPrefix(fixture.disk.path("bad.vge: ")) == true, "byte \(place)")
            #expect(try fixture.files() == ["bad.idx", "bad.vge", "good.idx", "good.mp4", "good.vge"], "byte \(place)")
            #expect(try fixture.bytes("bad.vge") == file)
            try FileManager.default.removeItem(atPath: fixture.disk.path("good.mp4"))
        }
    }

    @Test("A segment that claims to have ended, or has no sidecar, must have its end, wherever it is cut")
    func truncated() throws {
        let fixture = try DecryptionFixture()
        let segment = try RecordedSegment(to: [fixture.key])
        let chunk = ChunkedEncryption.sealedChunkLength
        let lengths = [
            0, 5, 12, 100, segment.headLength - 56, segment.headLength - 1, segment.headLength, segment.headLength + 3 * chunk,
            segment.headLength + 3 * chunk + 16, segment.headLength + 3 * chunk + 5_000, segment.file.count - 1,
        ]
        for length in lengths {
            for sidecar in [segment.closed, nil] {
                let path = try fixture.put(Array(segment.file[..<length]), sidecar)
                if sidecar == nil { try FileManager.default.removeItem(atPath: fixture.disk.path("a.idx")) }
                let outcome = try fixture.decrypt(path)
                #expect(!outcome.isWhole && outcome.failed.first?.contains("Copy it from the disk again") == true, "\(length)")
                #expect(try fixture.files() == (sidecar == nil ? ["a.vge"] : ["a.idx", "a.vge"]), "\(length)")
            }
        }
    }

    @Test("Two segments put together, and one with something behind its end, are refused")
    func longer() throws {
        let fixture = try DecryptionFixture()
        let segment = try RecordedSegment(to: [fixture.key])
        for more in [[0], segment.file, [UInt8](repeating: 0, count: ChunkedEncryption.sealedChunkLength)] {
            let outcome = try fixture.decrypt(fixture.put(segment.file + more, segment.closed))
            #expect(!outcome.isWhole)
            #expect(try fixture.files() == ["a.idx", "a.vge"])
        }
    }

    @Test("An output that exists stays as it was, also where it is a link to nothing, and counts as a failure")
    func existing() throws {
        let fixture = try DecryptionFixture()
        let segment = try RecordedSegment(to: [fixture.key])
        let path = try fixture.put(segment.file, segment.closed)
        try Data("mine".utf8).write(to: URL(filePath: fixture.disk.path("a.mp4")))
        let outcome = try fixture.decrypt(path)
        #expect(!outcome.isWhole && outcome.failed.first?.contains("a.mp4 exists, and is not overwritten") == true)
        #expect(try fixture.bytes() == Array("mine".utf8))
        try FileManager.default.removeItem(atPath: fixture.disk.path("a.mp4"))
        try FileManager.default.createSymbolicLink(atPath: fixture.disk.path("a.mp4"), withDestinationPath: fixture.disk.path("gone"))
        #expect(try fixture.decrypt(path).failed.first?.contains("a.mp4 exists, and is not overwritten") == true)
        #expect(try fixture.files() == ["a.idx", "a.mp4", "a.vge"])
    }

    @Test("What is no segment, is not there or no file is told, by name, and what a terminal would obey is not shown")
    func foreign() throws {
        let fixture = try DecryptionFixture()
        let segment = try RecordedSegment(to: [fixture.key])
        let plain = try fixture.put(segment.plaintext, nil, as: "plain")
        let pipe = fixture.disk.path("pipe")
        #expect(mkfifo(pipe, 0o600) == 0)
        let odd = try fixture.put(segment.file, nil, as: "line\n\u{1B}[2Jbreak")
        let outcome = try fixture.decrypt(plain, fixture.disk.path("gone.vge"), pipe, odd)
        #expect(outcome.failed.count == 3 && outcome.done.count == 1 && !outcome.isWhole)
        #expect(outcome.failed[0].hasPrefix("\(plain): the file is no encrypted segment"))
        for line in outcome.failed[1...] { #expect(line.contains("cannot be read. Check that it is a file")) }
        #expect(outcome.done[0].contains("line??[2Jbreak.mp4: door"))
    }

    @Test("A task that is cancelled stops, leaves nothing half written, and says that it stopped")
    func cancelled() async throws {
        let fixture = try DecryptionFixture()
        let segment = try RecordedSegment(to: [fixture.key])
        for name in ["a", "b", "c"] { try fixture.put(segment.file, segment.closed, as: name) }
        let decryption = try SegmentDecryption(fixture.hub.settings)
        let path = fixture.disk.path
        let outcome = await Task {
            var outcome = DecryptionFixture.Outcome()
            outcome.isWhole = decryption.decrypt([path, path], into: nil) {
                outcome.done.append($0)
                withUnsafeCurrentTask { $0?.cancel() }
            } failed: {
                outcome.failed.append($0)
            }
            return outcome
        }.value
        #expect(!outcome.isWhole && outcome.done.count == 1)
        #expect(outcome.failed == ["Stopped: what has no line here is not opened."])
        #expect(try fixture.files() == ["a.idx", "a.mp4", "a.vge", "b.idx", "b.vge", "c.idx", "c.vge"])
        // In the middle of one.
        let job = DecryptionJob(URL(filePath: fixture.disk.path("b.vge")), into: nil)
        await Task {
            withUnsafeCurrentTask { $0?.cancel() }
            #expect(throws: CancellationError.self) { try decryption.decrypt(job) }
        }.value
        #expect(try fixture.files().count == 7)
    }
}
