import Base
import Foundation
import Logging
import Protocol
import Recording
import Trust

@testable import EdgeNode

/// Starts a node on what a power cut left, and compares what is there then with what was promised before.
final class PowerCutVerification {
    /// Seconds of video that may be lost.
    static let loss = 1.0

    private let key: SealingPrivateKey
    /// Segments whose bytes were read before.
    private var read: Set<Int> = []

    init() throws { key = try PowerCutNode.key.get() }

    /// - Parameter upkeepFirst: Whether the upkeep comes before the cameras: nothing says which of them does.
    /// - Returns: What is broken.
    func faults(root: String, _ promises: PowerCutPromises, upkeepFirst: Bool) -> [String] {
        do {
            let node = try PowerCutNode(root: root, now: promises.now.advanced(bySeconds: 0.5))
            defer { node.library.close() }
            if upkeepFirst { try node.settle() }
            for camera in PowerCutCamera.all { node.start(camera) }
            for row in try node.library.segments(.removing) { _ = try node.library.remove(row) }
            var faults: [String] = []
            for camera in PowerCutCamera.all { faults += try self.faults(of: camera, node, promises) }
            let logger = Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() })
            return faults
                + (try RecordingCheck.run(folder: node.folder, continuous: [], repair: false, logger: logger)).map { "check: \($0)" }
        } catch { return ["\(error)"] }
    }

    private func faults(of camera: PowerCutCamera, _ node: PowerCutNode, _ promises: PowerCutPromises) throws -> [String] {
        var faults: [String] = []
        let rows = try node.library.allSegments().filter { $0.camera == camera.id }
        var findings: [EventID: SegmentFinding] = [:]
        for row in rows {
            guard let finding = SegmentRecovery.examine(row, folder: node.folder) else {
                faults.append("\(row.id) has no sidecar")
                continue
            }
            findings[row.id] = finding
            do { try play(row, finding, camera, node.folder) } catch { faults.append("\(row.id) does not play: \(error)") }
        }
        var end = Timestamp(microseconds: .min)
        for (id, promised) in promises.durable[camera.id] ?? [:] {
            if promises.going.contains(id) {
                end = max(end, promised)
                if promises.gone.contains(id), findings[id] != nil { faults.append("\(id) was removed, and is there") }
            } else if let finding = findings[id] {
                // The sidecar counts in ticks of 90 kHz.
                if promised.seconds(since: finding.end) > 0.001 {
                    faults.append("\(id) counted until \(promised), and is there until \(finding.end)")
                }
                let row = rows.first { $0.id == id }
                if promises.closed.contains(id), row?.state != .closed { faults.append("\(id) was closed, and is not") }
            } else {
                faults.append("\(id) counted until \(promised), and is not there")
            }
        }
        end = findings.values.map(\.end).reduce(end, max)
        let lost = (promises.taken[camera.id] ?? []).map { camera.time($0) }.filter { $0 >= end }
        if let first = lost.first, let last = lost.last, last.seconds(since: first) > Self.loss {
            faults.append("\(camera.id): \(lost.count) pictures from \(first) to \(last) are lost")
        }
        return faults + (try ledgerFaults(of: camera, node, findings.values, promises))
    }

    /// The check finds holes that the ledger does not know; this, holes that are none.
    private func ledgerFaults(
        of camera: PowerCutCamera, _ node: PowerCutNode, _ findings: some Sequence<SegmentFinding>, _ promises: PowerCutPromises
    ) throws -> [String] {
        var faults: [String] = []
        let since = try node.library.wantedSince(camera: camera.id, track: .main)
        if let wanted = promises.wanted[camera.id], since != wanted { faults.append("\(camera.id) was wanted since \(wanted)") }
        let end = Timestamp(microseconds: .max)
        for gap in try node.library.gaps(camera: camera.id, track: .main, from: PowerCutCamera.zero, to: end) {
            for finding in findings {
                for entry in finding.sidecar.entries.prefix(finding.fragments) {
                    let overlap = min(gap.end ?? end, entry.fragment.wallEnd).seconds(since: max(gap.start, entry.fragment.start))
                    if overlap > 0.001 { faults.append("\(camera.id): the ledger has a hole from \(gap.start), where pictures are") }
                }
            }
        }
        return faults
    }

    /// Opens what counts of a segment, and compares every picture with what the camera sent.
    private func play(_ row: SegmentRow, _ finding: SegmentFinding, _ camera: PowerCutCamera, _ folder: String) throws {
        let bytes = [UInt8](try Data(contentsOf: URL(filePath: "\(folder)/\(row.file)")))
        var hasher = Hasher()
        bytes.withUnsafeBytes { hasher.combine(bytes: $0) }
        hasher.combine(finding.sidecar.entries.prefix(finding.fragments).map(\.fragment))
        hasher.combine(row.state)
        guard read.insert(hasher.finalize()).inserted else { return }
        let end = finding.fragments > 0 ? finding.sidecar.entries[finding.fragments - 1].fragment.end : 0
        let plaintext = try row.isEncrypted ? open(row, finding, bytes, until: end) : Array(bytes.prefix(Int(end)))
        for entry in finding.sidecar.entries.prefix(finding.fragments) {
            var at = Int(entry.fragment.offset)
            guard Array(plaintext[at + 4..<at + 8]) == Array("moof".utf8) else { throw RecordingError(.malformed, "no fragment at \(at)") }
            at += entry.fragment.headerLength
            var index = camera.index(at: entry.fragment.start)
            for run in entry.fragment.runs {
                for sample in run.samples {
                    guard Array(plaintext[at..<at + sample.size]) == camera.picture(index) else {
                        throw RecordingError(.malformed, "picture \(index) is another")
                    }
                    at += sample.size
                    index += 1
                }
            }
        }
    }

    private func open(_ row: SegmentRow, _ finding: SegmentFinding, _ bytes: [UInt8], until end: Int64) throws -> [UInt8] {
        let head = finding.header.encoded.count
        guard case .header(let header) = try SegmentHeader.parse(Array(bytes.prefix(head))) else {
            throw RecordingError(.truncated, "no header")
        }
        let opener = try SegmentOpener(
            header: header, preamble: Array(bytes[head..<min(bytes.count, head + ChunkedEncryption.preambleLength)]), keys: [key])
        let read: SegmentOpener.Read = { Array(bytes[Int($0.lowerBound)..<min(bytes.count, Int($0.upperBound))]) }
        if row.state == .closed { _ = try opener.checkEnd(fileLength: Int64(bytes.count), read: read) }
        return try opener.plaintext(of: 0..<end, fileLength: Int64(bytes.count), isUnterminated: row.state == .unterminated, read: read)
    }
}
