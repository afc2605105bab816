import Foundation

/// Where `scripts/packages test` puts Playwright, and where screenshots go.
enum BrowserTools {
    private static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

    static let python = root.appending(path: ".build-tools/browser/bin/python").path

    /// `VIGILAR_SCREENSHOTS` keeps them for a person to look at.
    static func screenshots(else folder: String) -> String { ProcessInfo.processInfo.environment["VIGILAR_SCREENSHOTS"] ?? folder }
}
