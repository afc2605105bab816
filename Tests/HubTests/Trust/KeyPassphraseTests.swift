import Hub
import Synchronization
import Testing

/// Where the passphrase of a backup comes from.
@Suite struct KeyPassphraseTests {
    private static func new(
        _ environment: [String: String] = [:], _ typed: [String?] = [], of passphrase: KeyPassphrase = .backup
    ) -> String {
        let answers = Mutex(typed)
        do {
            return try passphrase.new(environment) { _ in answers.withLock { $0.isEmpty ? nil : $0.removeFirst() } }
        } catch { return error.description }
    }

    @Test("At a terminal it is asked twice, and both times must be the same")
    func terminal() {
        #expect(Self.new([:], ["twelve chars", "twelve chars"]) == "twelve chars")
        #expect(Self.new([:], ["twelve chars", "twelve char"]).contains("not the same twice"))
        #expect(Self.new([:], ["twelve chars", nil]).contains("not the same twice"))
        #expect(Self.new([:], ["eleven char", "eleven char"]).contains("at least 12 characters"))
        #expect(Self.new([:], ["twelve chars\u{3}", "twelve chars\u{3}"]).contains("control characters"))
        #expect(Self.new([:], []).contains("set VIGILAR_BACKUP_PASSPHRASE"))
    }

    @Test("The variable takes its place, and is held to the same rules")
    func variable() {
        #expect(Self.new([KeyPassphrase.backup.variable: "twelve chars"]) == "twelve chars")
        #expect(Self.new([KeyPassphrase.backup.variable: "eleven char"], ["twelve chars"]).contains("at least 12 characters"))
        #expect(Self.new([KeyPassphrase.backup.variable: ""]).contains("at least 12 characters"))
        #expect(Self.new([KeyPassphrase.backup.variable: String(repeating: "x", count: 1025)]).contains("at most 1024 bytes"))
    }

    @Test("For a backup that was made it is asked once, whatever it is")
    func present() throws {
        #expect(try KeyPassphrase.backup.present([:]) { _ in "short" } == "short")
        #expect(try KeyPassphrase.backup.present([KeyPassphrase.backup.variable: "short"]) { _ in nil } == "short")
        #expect(throws: AdministrationError.self) { try KeyPassphrase.backup.present([:]) { _ in nil } }
    }

    @Test("A recovery key has a variable of its own: the backup's passphrase is not taken for it")
    func recovery() throws {
        let environment = [KeyPassphrase.backup.variable: "of the backup", "VIGILAR_RECOVERY_PASSPHRASE": "of the recovery"]
        #expect(Self.new(environment, of: .recovery) == "of the recovery")
        #expect(try KeyPassphrase.recovery.present(environment) { _ in nil } == "of the recovery")
        #expect(try KeyPassphrase.backup.present(environment) { _ in nil } == "of the backup")
        #expect(Self.new([:], [], of: .recovery).contains("set VIGILAR_RECOVERY_PASSPHRASE"))
        #expect(try KeyPassphrase.recovery.present([:]) { $0 } == "Passphrase of the recovery key: ")
    }
}
