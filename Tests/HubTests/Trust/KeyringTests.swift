import Foundation
import Logging
import TestSupport
import Testing
import Trust

@testable import Hub

/// The hub's keys while it runs.
@Suite struct KeyringTests {
    private static let context = Array("test".utf8)

    @Test("A running hub takes a new key by itself, and opens what was sealed to any of them")
    func follows() throws {
        let fixture = try KeyFixture()
        let keyring = Keyring(try fixture.open(), logger: KeyFixture.logger)
        #expect(!keyring.look())
        var boxes: [[UInt8]] = []
        for number in 0..<3 {
            let before = keyring.publicKey.text
            boxes.append(try SealedBox.seal([UInt8(number)], to: keyring.publicKey, context: Self.context))
            _ = try fixture.administration.rotate()
            #expect(keyring.publicKey.text == before)
            #expect(keyring.look() && keyring.publicKey.text != before)
            #expect(try keyring.publicKey.text == fixture.open().sealingKey.publicKey.text)
            for (index, box) in boxes.enumerated() { #expect(keyring.open(box, context: Self.context) == [UInt8(index)]) }
        }
        #expect(keyring.state.olderKeys == 3)
        let stranger = try SealedBox.seal([9], to: SealingPrivateKey().publicKey, context: Self.context)
        #expect(keyring.open(stranger, context: Self.context) == nil)
        #expect(keyring.open(boxes[0], context: []) == nil && keyring.open([], context: Self.context) == nil)
    }

    @Test("What a node sealed to a key that another replica has just made is opened at once")
    func overtaken() throws {
        let fixture = try KeyFixture()
        let keyring = Keyring(try fixture.open(), logger: KeyFixture.logger)
        _ = try fixture.administration.rotate()
        let box = try SealedBox.seal([1], to: try fixture.open().sealingKey.publicKey, context: Self.context)
        #expect(keyring.open(box, context: Self.context) == [1])
    }

    @Test("Keys that cannot be read any more leave the hub with those that it has, and are named in its log once")
    func unreadable() throws {
        let fixture = try KeyFixture()
        let log = LogRecord()
        let keyring = Keyring(try fixture.open(), logger: Logger(label: "test") { _ in log.handler })
        let key = keyring.publicKey.text
        let file = fixture.keys.appending(path: "sealing.key")
        let text = try Data(contentsOf: file)
        try FileManager.default.removeItem(at: file)
        for _ in 0..<3 { #expect(!keyring.look()) }
        #expect(keyring.publicKey.text == key)
        #expect(log.text.matches(of: #/cannot be read/#).count == 1)
        try text.write(to: file)
        #expect(!keyring.look())
        try FileManager.default.removeItem(at: file)
        #expect(!keyring.look())
        #expect(log.text.matches(of: #/cannot be read/#).count == 2)
    }

    @Test("The warning is there until the present keys are backed up, and back with a new one")
    func warning() throws {
        let fixture = try KeyFixture()
        let keyring = Keyring(try fixture.open(), logger: KeyFixture.logger)
        #expect(keyring.state.warning?.contains("are not backed up") == true)
        #expect(keyring.state.warning?.contains("vigilar-hub keys backup FILE") == true && keyring.state.backupAt == nil)
        try fixture.backup()
        #expect(keyring.state.warning == nil && keyring.state.backupAt == fixture.clock.now)
        _ = try fixture.administration.rotate()
        keyring.look()
        #expect(keyring.state.warning?.contains("made after the last backup, of 2026-09-21") == true, "\(keyring.state.warning ?? "")")
        _ = try fixture.administration.backup(to: fixture.folder.path("second")) { KeyFixture.passphrase }
        #expect(keyring.state.warning == nil)
        // A record that cannot be read is none.
        try Data("{".utf8).write(to: fixture.keys.appending(path: "backup.json"))
        #expect(keyring.state.warning?.contains("are not backed up") == true)
    }
}
