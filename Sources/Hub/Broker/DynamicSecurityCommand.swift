/// A command to Mosquitto's dynamic security plug-in.
struct DynamicSecurityCommand: Sendable, Encodable {
    private let command: String
    private var rolename: String?
    private var username: String?
    private var acls: [BrokerRight]?
    private var priority: Int?
    private var count: Int?
    private var offset: Int?
    /// Comes back with the answer. A text: for anything else the plug-in drops the commands behind it.
    private(set) var correlationData: String?

    /// The same command, to be told apart by `text`.
    func marked(_ text: String) -> DynamicSecurityCommand {
        var copy = self
        copy.correlationData = text
        return copy
    }

    private init(_ command: String) { self.command = command }

    static func listClients(from offset: Int, count: Int) -> DynamicSecurityCommand {
        var command = DynamicSecurityCommand("listClients")
        command.offset = offset
        command.count = count
        return command
    }

    /// Makes a node's user. In this order, and the user without its role at first: Mosquitto 2.0.11 forgets to note a role that comes with
    /// `createClient`, and uses freed memory when that role is deleted.
    static func add(_ node: BrokerNode) -> [DynamicSecurityCommand] {
        var role = DynamicSecurityCommand("createRole")
        role.rolename = DynamicSecurity.role(node.name)
        role.acls = BrokerRight.node(node)
        var client = DynamicSecurityCommand("createClient")
        client.username = node.name
        var grant = DynamicSecurityCommand("addClientRole")
        grant.username = node.name
        grant.rolename = DynamicSecurity.role(node.name)
        grant.priority = 0
        return [role, client, grant]
    }

    /// Replaces a node's rights. It stays connected, and what changed holds at once.
    static func change(_ node: BrokerNode) -> DynamicSecurityCommand {
        var role = DynamicSecurityCommand("modifyRole")
        role.rolename = DynamicSecurity.role(node.name)
        role.acls = BrokerRight.node(node)
        return role
    }

    /// Ends a node's connection; it may come back.
    static func cutOff(_ name: String) -> [DynamicSecurityCommand] {
        ["disableClient", "enableClient"].map {
            var command = DynamicSecurityCommand($0)
            command.username = name
            return command
        }
    }

    /// Takes a node's user away, which ends its connection.
    static func remove(_ name: String) -> [DynamicSecurityCommand] {
        var client = DynamicSecurityCommand("deleteClient")
        client.username = name
        var role = DynamicSecurityCommand("deleteRole")
        role.rolename = DynamicSecurity.role(name)
        return [client, role]
    }
}
