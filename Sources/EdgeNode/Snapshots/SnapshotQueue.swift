package import Base
package import Foundation
package import Logging
package import Protocol

/// The sealed pictures that wait for the hub, one file each, in a folder of the node's data folder. What is in memory is the list of the
/// folder, so that a restart begins by listing it. Nothing comes in here that is not sealed.
///
/// Runs on a thread of its own, because file systems block. When there is no more room the oldest go, and are counted.
package actor SnapshotQueue {
    private let folder: URL
    private let bounds: SnapshotQueueBounds
    private let metrics: Metrics
    private let logger: Logger
    private let executor: ThreadExecutor
    private var sizes: [SnapshotName: Int] = [:]
    private var bytes = 0
    /// Events of people who were erased, of which nothing more comes in: of those that still go on.
    private var forgotten: [SnapshotName.Subject: Set<EventID>] = [:]
    /// Of each subject; those that are forgotten first have ended long ago.
    private static let forgottenBound = 20_000

    /// Tells one reader that something came. One element may stand for many.
    package nonisolated let arrivals = Batcher<Void>(bound: 1)

    package nonisolated var unownedExecutor: UnownedSerialExecutor { unsafe executor.asUnownedSerialExecutor() }

    package init(
        folder: URL, bounds: SnapshotQueueBounds = SnapshotQueueBounds(), metrics: Metrics, logger: Logger,
        executor: ThreadExecutor = ThreadExecutor(name: "snapshots")
    ) {
        self.folder = folder
        self.bounds = bounds
        self.metrics = metrics
        self.logger = logger
        self.executor = executor
        metrics.declare("vigilar_snapshot_dropped_total", .counter, help: "Pictures of events given up for want of room or time.")
        metrics.declare("vigilar_snapshot_failed_total", .counter, help: "Pictures of events that were lost to an error, by reason.")
        metrics.declare("vigilar_snapshot_waiting", .gauge, help: "Sealed pictures that wait for the hub.")
    }

    /// Finds what an earlier run left. Half-written files go; names that are none of ours are left alone and counted.
    /// - Throws: What the file system says.
    package func open() throws {
        try PrivateFile.makeFolder(folder)
        sizes = [:]
        bytes = 0
        for file in try FileManager.default.contentsOfDirectory(atPath: folder.path) {
            let path = folder.appending(path: file).path
            guard let name = SnapshotName(fileName: file) else {
                if file.hasPrefix("."), file.hasSuffix(".new") {
                    try? FileManager.default.removeItem(atPath: path)
                } else {
                    metrics.add("vigilar_snapshot_failed_total", labels: [("reason", "name")])
                    logger.warning("a file among the pictures is none of the node's", metadata: ["file": "\(file)"])
                }
                continue
            }
            sizes[name] = (try? FileManager.default.attributesOfItem(atPath: path))?[.size] as? Int ?? 0
            bytes += sizes[name] ?? 0
        }
        // A run that ended between the writing of a better picture and the deletion of the one before it left both.
        for name in sizes.keys { removeLower(than: name) }
        makeRoom()
    }

    /// Keeps a sealed picture, on the disk when this returns; lower ranks of its event go.
    /// - Returns: Whether it waits for the hub now. Not where there is a better one, or no room for so old an event.
    /// - Throws: Where it cannot be written: then what was there before is still there.
    package func put(_ box: [UInt8], as name: SnapshotName) throws(PrivateFile.Failure) -> Bool {
        if forgotten[name.subject]?.contains(name.event) == true || sizes.keys.contains(where: { $0.replaces(name) }) { return false }
        try PrivateFile.write(box, to: folder.appending(path: name.fileName))
        bytes += box.count - (sizes[name] ?? 0)
        sizes[name] = box.count
        removeLower(than: name)
        makeRoom()
        arrivals.put(())
        return sizes[name] != nil
    }

    /// What waits, the oldest event first.
    package var waiting: [SnapshotName] { sizes.keys.sorted() }

    /// The sealed picture; nil where it is gone. One that cannot be read is given up and counted.
    package func box(of name: SnapshotName) -> [UInt8]? {
        guard sizes[name] != nil else { return nil }
        // Read whole but bounded: a file that somebody else made large is none of ours.
        if let size = sizes[name], (1...SnapshotWire.maximumBox).contains(size),
            let data = try? Data(contentsOf: folder.appending(path: name.fileName)), data.count == size
        {
            return Array(data)
        }
        metrics.add("vigilar_snapshot_failed_total", labels: [("reason", "read")])
        logger.warning("a picture that waited for the hub cannot be read", metadata: ["event": "\(name.event)"])
        remove(name)
        return nil
    }

    /// The hub has it, or never will.
    package func remove(_ name: SnapshotName) {
        guard let size = sizes.removeValue(forKey: name) else { return }
        bytes -= size
        try? FileManager.default.removeItem(at: folder.appending(path: name.fileName))
        metrics.set("vigilar_snapshot_waiting", Double(sizes.count))
    }

    /// Forgets what waits of some events, and whatever would still come of them until the next start: then they have ended.
    /// - Returns: Whether nothing is left of them on the disk.
    package func forget(_ events: [EventID], subjects: Set<SnapshotName.Subject>) -> Bool {
        for subject in subjects {
            if forgotten[subject]?.count ?? 0 > Self.forgottenBound { forgotten[subject] = [] }
            forgotten[subject, default: []].formUnion(events)
        }
        let wanted = Set(events)
        let names = sizes.keys.filter { wanted.contains($0.event) && subjects.contains($0.subject) }
        for name in names { remove(name) }
        return !names.contains { FileManager.default.fileExists(atPath: folder.appending(path: $0.fileName).path) }
    }

    private func removeLower(than name: SnapshotName) {
        for rank in SnapshotWire.ranks where rank < name.rank {
            remove(SnapshotName(event: name.event, rank: rank, subject: name.subject))
        }
    }

    private func makeRoom() {
        while bytes > bounds.bytes || sizes.count > bounds.files, let oldest = sizes.keys.min() {
            remove(oldest)
            metrics.add("vigilar_snapshot_dropped_total", labels: [("reason", "full")])
        }
        metrics.set("vigilar_snapshot_waiting", Double(sizes.count))
    }
}
