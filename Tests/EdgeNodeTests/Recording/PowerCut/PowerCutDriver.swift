import Base
import Foundation
import TestSupport

@testable import EdgeNode

/// A day in the life of a recorder, in half a minute of film: new days, lost connections, removals, restarts.
final class PowerCutDriver {
    /// Seconds after `PowerCutCamera.zero` at which a process starts that comes after one that was killed.
    static let startVariable = "POWERCUT_START"
    static var root: String? { ProcessInfo.processInfo.environment[PowerCutShim.root] }
    static var start: Double? { ProcessInfo.processInfo.environment[startVariable].flatMap { Double($0) } }

    private let root: String
    private let reports: Int32

    init(root: String) throws {
        self.root = root
        reports = open("\(root)/reports", O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o600)
        guard reports >= 0 else { throw PowerCutFailure(description: "no reports") }
    }

    deinit { close(reports) }

    func run() throws {
        let (door, gate, yard) = (PowerCutCamera.door, PowerCutCamera.gate, PowerCutCamera.yard)
        let node = try node(at: 0)
        for camera in PowerCutCamera.all { node.start(camera) }
        node.play(PowerCutCamera.all, until: 5)
        interrupt(node, door, .network)
        node.play([gate, yard], until: 9)
        interrupt(node, gate, .camera)
        node.play(PowerCutCamera.all, until: 13)
        // Nothing comes from it any more, and nobody says why.
        node.flush(gate)
        try node.remove(endedBefore: PowerCutCamera.zero.advanced(bySeconds: 10))
        node.play([door, yard], until: 70)
        node.play(PowerCutCamera.all, until: 73)
        node.stop()

        let next = try self.node(at: 80)
        for camera in PowerCutCamera.all { next.start(camera) }
        next.play(PowerCutCamera.all, until: 83)
        try next.remove(endedBefore: PowerCutCamera.zero.advanced(bySeconds: 60))
        next.play(PowerCutCamera.all, until: 84)
    }

    func runAgain(from start: Double) throws {
        let node = try node(at: start)
        for camera in PowerCutCamera.all { node.start(camera) }
        // The first keyframe of each, and something behind it.
        node.play(PowerCutCamera.all, until: start + 4)
    }

    private func node(at seconds: Double) throws -> PowerCutNode {
        try PowerCutNode(root: root, now: PowerCutCamera.zero.advanced(bySeconds: seconds)) { self.report($0) }
    }

    private func interrupt(_ node: PowerCutNode, _ camera: PowerCutCamera, _ cause: GapCause) {
        node.interrupt(camera, cause)
        report("interrupted \(camera.id)")
    }

    private func report(_ line: String) {
        let bytes = Array("\(line)\n".utf8)
        precondition(write(reports, bytes, bytes.count) == bytes.count)
    }
}
