import Foundation
import Logging
import MQTT
import TestSupport

/// Runs a client for the length of a test and keeps what it tells.
func withClient<R>(
    _ configuration: MQTTConfiguration, _ body: (MQTTClient, EventLog) async throws -> R
) async throws -> R {
    var logger = Logger(label: "test")
    logger.logLevel = .critical
    let client = MQTTClient(configuration, logger: logger)
    let log = EventLog()
    return try await withThrowingTaskGroup(of: Void.self) { group in
        group.addTask { try await client.run() }
        group.addTask { for await event in client.events { log.append(event) } }
        let result = try await body(client, log)
        group.cancelAll()
        try await group.waitForAll()
        return result
    }
}

/// How a test's client connects: soon again after a failure.
func configuration(_ server: MosquittoServer, _ id: String, user: String? = nil, port: Int? = nil) throws -> MQTTConfiguration {
    var configuration = try MQTTConfiguration(url: user.map { server.url(user: $0) } ?? server.url, clientID: id)
    configuration.reconnectDelay = 0.05...0.4
    if let port { configuration.port = port }
    return configuration
}
