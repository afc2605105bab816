import Base
import Foundation
import Logging
import TestSupport
import Trust

@testable import Hub

/// A hub's trust folder and the commands that keep its keys, on a clock that goes only when a test says so.
struct KeyFixture {
    static let passphrase = "correct horse battery"
    static let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

    let folder: TemporaryDirectory
    let clock = ManualClock()
    let settings: TrustSettings
    /// In which the keys lie.
    let keys: URL

    /// - Parameter starts: Whether a hub has been started, which makes the keys.
    init(starts: Bool = true) throws {
        folder = try TemporaryDirectory("keys")
        settings = try Self.settings(folder.path("hub"))
        keys = URL(filePath: settings.folder)
        if starts { _ = try open() }
    }

    private static func settings(_ data: String, _ more: [String: String] = [:]) throws -> TrustSettings {
        try HubConfiguration.load(path: nil, environment: [:], overrides: more.merging(["data": data]) { first, _ in first }).trust
    }

    /// The settings of a hub that was given an authority.
    func settings(authority: URL) throws -> TrustSettings {
        let file = authority.appending(path: "authority").path
        return try Self.settings(folder.path("given"), ["tls.authority": "\(file).pem", "tls.authority_key": "\(file).key"])
    }

    /// As a hub does at its start.
    func open() throws -> HubTrust { try HubTrust.open(settings, names: ["localhost"], now: clock.now) }

    var administration: KeyAdministration { administration(settings) }

    /// The commands on a folder, with an scrypt that costs next to nothing.
    func administration(_ settings: TrustSettings) -> KeyAdministration { KeyAdministration(settings, clock: clock, logRounds: 10) }

    var backupFile: String { folder.path("keys.backup") }

    @discardableResult
    func backup() throws -> [String] { try administration.backup(to: backupFile) { Self.passphrase } }

    @discardableResult
    func restore(_ passphrase: String = KeyFixture.passphrase) throws -> [String] {
        try administration.restore(from: backupFile) { passphrase }
    }

    /// The folder of the keys away, as after a disk that died.
    func lose() throws { try FileManager.default.removeItem(at: keys) }

    /// Every file of the folder, by its name.
    func files() throws -> [String: Data] {
        let names = try FileManager.default.contentsOfDirectory(atPath: keys.path)
        return try Dictionary(uniqueKeysWithValues: names.map { ($0, try Data(contentsOf: keys.appending(path: $0))) })
    }

    /// Those of them that are keys.
    func keyFiles() throws -> [String: Data] { try files().filter { TrustFolder.isKey($0.key) } }
}
