import Foundation
import Synchronization

/// Removes the folders of servers that lived as long as the test process: nothing releases what a static variable holds.
enum PostgresExitCleaning {
    fileprivate static let paths = Mutex<[String]>([])

    /// Notes a folder to be removed when the process ends.
    static func remove(_ path: String) {
        let first = paths.withLock { paths in
            paths.append(path)
            return paths.count == 1
        }
        if first { atexit(removeFolders) }
    }
}

private func removeFolders() {
    for path in PostgresExitCleaning.paths.withLock({ $0 }) { try? FileManager.default.removeItem(atPath: path) }
}
