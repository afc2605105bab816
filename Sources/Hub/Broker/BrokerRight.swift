/// One right at the broker, in the words of Mosquitto's dynamic security plug-in. What no right allows is refused.
struct BrokerRight: Sendable, Hashable, Encodable {
    enum Kind: String, Sendable, Hashable, Encodable {
        case publishClientSend, publishClientReceive, subscribeLiteral, subscribePattern, unsubscribeLiteral, unsubscribePattern
    }

    let acltype: Kind
    let topic: String
    let priority = 0
    let allow = true

    private init(_ kind: Kind, _ topic: String) {
        acltype = kind
        self.topic = topic
    }

    /// Everything below `vigilar/`, shared subscriptions included, and managing the rights of others.
    static let hub: [BrokerRight] = [
        BrokerRight(.publishClientSend, "vigilar/#"),
        BrokerRight(.publishClientReceive, "vigilar/#"),
        BrokerRight(.subscribePattern, "vigilar/#"),
        BrokerRight(.subscribePattern, "$share/hub/vigilar/#"),
        BrokerRight(.unsubscribePattern, "vigilar/#"),
        BrokerRight(.unsubscribePattern, "$share/hub/vigilar/#"),
        BrokerRight(.publishClientSend, DynamicSecurity.commands),
        BrokerRight(.subscribeLiteral, DynamicSecurity.responses),
        BrokerRight(.publishClientReceive, DynamicSecurity.responses),
    ]

    /// A node's own topics and those of its cameras, each by its whole name: a pattern would let it subscribe to more than there is today.
    static func node(_ node: BrokerNode) -> [BrokerRight] {
        let own = "vigilar/node/\(node.name)"
        var sent = ["events", "state", "health", "reply"].map { "\(own)/\($0)" }
        var received = ["ack", "command"].map { "\(own)/\($0)" }
        for camera in node.cameras {
            sent += ["vigilar/camera/\(camera)/state", "vigilar/camera/\(camera)/config/applied"]
            received.append("vigilar/camera/\(camera)/config")
        }
        return sent.map { BrokerRight(.publishClientSend, $0) }
            + received.flatMap { topic in
                [.publishClientReceive, .subscribeLiteral, .unsubscribeLiteral].map { BrokerRight($0, topic) }
            }
    }
}
