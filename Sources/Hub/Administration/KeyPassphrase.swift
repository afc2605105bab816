private import Glibc

/// The passphrase of a file with keys, from the environment or the terminal.
package struct KeyPassphrase: Sendable {
    /// The variable that holds it where nobody sits at a terminal.
    package let variable: String
    /// What it is the passphrase of, in a prompt.
    private let subject: String

    /// Of a backup of the hub's keys.
    package static let backup = KeyPassphrase(variable: "VIGILAR_BACKUP_PASSPHRASE", subject: "the backup")
    /// Of a recovery key.
    package static let recovery = KeyPassphrase(variable: "VIGILAR_RECOVERY_PASSPHRASE", subject: "the recovery key")
    /// The shortest one of a new file, in characters.
    package static let shortest = 12

    /// For a new file: asked twice.
    /// - Parameter ask: Shows a prompt and returns what was typed; nil where there is no terminal.
    /// - Throws: `AdministrationError` that says what is wrong with it, and nothing of it.
    package func new(_ environment: [String: String], ask: (String) -> String? = KeyPassphrase.ask) throws(AdministrationError) -> String {
        let passphrase = try given(environment, prompt: "Passphrase for \(subject): ", ask: ask)
        guard passphrase.count >= Self.shortest, passphrase.utf8.count <= 1024 else {
            throw AdministrationError("The passphrase must have at least \(Self.shortest) characters, and at most 1024 bytes.")
        }
        // Ctrl-C, for one, is taken as a character while nothing is shown.
        guard passphrase.unicodeScalars.allSatisfy({ $0.properties.generalCategory != .control }) else {
            throw AdministrationError("The passphrase must not have control characters in it.")
        }
        guard environment[variable] != nil || ask("The same again: ") == passphrase else {
            throw AdministrationError("That was not the same twice: nothing was written.")
        }
        return passphrase
    }

    /// For a file that was made.
    /// - Parameter ask: As in `new`.
    /// - Throws: `AdministrationError` where there is neither variable nor terminal.
    package func present(
        _ environment: [String: String], ask: (String) -> String? = KeyPassphrase.ask
    ) throws(AdministrationError) -> String {
        try given(environment, prompt: "Passphrase of \(subject): ", ask: ask)
    }

    private func given(
        _ environment: [String: String], prompt: String, ask: (String) -> String?
    ) throws(AdministrationError) -> String {
        guard let passphrase = environment[variable] ?? ask(prompt) else {
            throw AdministrationError("There is no terminal to ask for the passphrase: set \(variable).")
        }
        return passphrase
    }

    /// Asks at the terminal without showing what is typed; nil where there is none.
    package static func ask(_ prompt: String) -> String? {
        // Without one getpass would take what standard input holds.
        let terminal = unsafe open("/dev/tty", O_RDWR | O_NOCTTY | O_CLOEXEC)
        guard terminal >= 0 else { return nil }
        close(terminal)
        // Of glibc, which puts the terminal back as it was and has no limit of length.
        return unsafe getpass(prompt).map { unsafe String(cString: $0) }
    }
}
