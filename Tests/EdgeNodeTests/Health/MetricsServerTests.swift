import Base
import Protocol
import Settings
import TestSupport
import Testing

@testable import EdgeNode

@Suite("The node's own metrics", .timeLimit(.minutes(10)))
struct MetricsServerTests {
    @Test("are served to this machine, with the cameras' figures of the moment; nothing else is")
    func serves() async throws {
        let metrics = Metrics()
        let bound = BoundedFeed<Int>(bound: 1)
        let server = MetricsServer(HostAndPort(host: "127.0.0.1", port: 0), bound: bound, logger: .silent) {
            var health = NodeHealth(
                ts: SystemClock().now,
                cameras: [.init(id: "yard", online: true, fps: 14.5, bitrate: 1e6, decodeShare: 0.25, gaps: 2)])
            health.memory = 1 << 20
            NodeGauges.set(health, in: metrics)
            return metrics.text()
        }
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await server.run() }
            var ports = bound.stream.makeAsyncIterator()
            let address = "http://127.0.0.1:\(try #require(await ports.next()))"
            let text = try await Self.fetch("\(address)/metrics")
            #expect(text.contains("vigilar_camera_online{camera=\"yard\"} 1"))
            #expect(text.contains("vigilar_camera_frames_per_second{camera=\"yard\"} 14.5"))
            #expect(text.contains("vigilar_process_memory_bytes 1048576"))
            // Nothing is told that was not measured.
            #expect(!text.contains("vigilar_temperature_celsius 0"))
            #expect(try await Self.fetch("\(address)/other").contains("nothing else"))
            #expect(try await Self.fetch("\(address)/metrics?x=1").contains("vigilar_camera_gaps"))
            group.cancelAll()
        }
    }

    private static func fetch(_ address: String) async throws -> String {
        let child = try ChildProcess(executable: "/usr/bin/curl", arguments: ["-sS", "--max-time", "30", address])
        #expect(await child.waitForExit() == 0)
        return child.output
    }
}
