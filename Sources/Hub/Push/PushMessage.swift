private import Protocol

/// What a browser is told. It passes through a push service, which cannot read it, and is shown on a locked screen, which anybody can: it names
/// no person.
package struct PushMessage: Sendable, Hashable {
    package let title: String
    package let body: String
    /// Where a click leads: a path of this hub's.
    package let path: String
    /// A later message of the same tag takes the place of an earlier one on the screen.
    package let tag: String
    /// Seconds for which it is worth being told; the push service keeps it no longer for a browser that is away.
    package let life: Int

    package init(title: String, body: String, path: String, tag: String, life: Int) {
        self.title = title
        self.body = body
        self.path = path
        self.tag = tag
        self.life = life
    }

    /// Of the button by which somebody looks whether it works.
    static let test = PushMessage(
        title: "Vigilar", body: "Notifications reach this device.", path: "/account", tag: "test", life: 600)

    /// What the service worker reads.
    var json: [UInt8] {
        var out = Array("{\"title\":".utf8)
        JSONText.append(title, to: &out)
        out += Array(",\"body\":".utf8)
        JSONText.append(body, to: &out)
        out += Array(",\"url\":".utf8)
        JSONText.append(path, to: &out)
        out += Array(",\"tag\":".utf8)
        JSONText.append(tag, to: &out)
        out.append(UInt8(ascii: "}"))
        return out
    }
}
