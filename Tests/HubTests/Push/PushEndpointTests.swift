import Base
import Foundation
import NIOCore
import NIOPosix
import Synchronization
import TestSupport
import Testing

@testable import Hub

/// Where the hub sends messages, and where it never does.
@Suite struct PushEndpointTests {
    /// What a name leads to in these tests.
    private static func client(_ names: [String: [String]] = [:], allowsPrivate: Bool = false) -> PushClient {
        PushClient(allowsPrivate: allowsPrivate) { names[$0] ?? [] }
    }

    @Test(arguments: [
        ("https://push.example.org/send/abc?x=1", "https://push.example.org", "https://push.example.org/send/abc?x=1"),
        ("https://Push.Example.ORG:443/A", "https://push.example.org", "https://push.example.org:443/A"),
        ("https://push.example.org:8443", "https://push.example.org:8443", "https://push.example.org:8443"),
        ("https://93.184.215.14/a", "https://93.184.215.14", "https://93.184.215.14/a"),
        ("https://[2606:4700::1111]:8443/a", "https://[2606:4700::1111]:8443", "https://[2606:4700::1111]:8443/a"),
        ("https://[64:ff9b::8.8.8.8]/a", "https://[64:ff9b::8.8.8.8]", "https://[64:ff9b::8.8.8.8]/a"),
    ])
    func `Push services of the internet are taken`(_ text: String, _ audience: String, _ url: String) throws {
        let endpoint = try PushEndpoint(text, allowsPrivate: false)
        #expect(endpoint.audience == audience && endpoint.url == url)
    }

    @Test(arguments: [
        // Other ways than HTTPS.
        "http://push.example.org/a", "ftp://push.example.org/a", "HTTPS://push.example.org/a", "//push.example.org/a", "push.example.org",
        "",
        // Hosts that are none, or that somebody could read in two ways.
        "https://", "https:///a", "https://?a", "https://:443/a", "https://push.example.org:0/a", "https://push.example.org:65536/a",
        "https://push.example.org:/a", "https://user@push.example.org/a", "https://user:word@push.example.org/a",
        "https://push.example.org@10.0.0.1/a", "https://push.example.org\\@10.0.0.1/a", "https://push.example.org#@10.0.0.1/a",
        "https://push example.org/a", "https://push.example.org/\u{e9}", "https://push.example.org/a\r\nHost: b", "https://[::1/a",
        "https://[fe80::1%25eth0]/a", "https://..../a",
        // This machine.
        "https://127.0.0.1/a", "https://127.0.0.1:8443/a", "https://127.255.255.254/a", "https://[::1]/a", "https://0.0.0.0/a",
        "https://[::]/a", "https://[::ffff:127.0.0.1]/a", "https://[::127.0.0.1]/a",
        // An address in another way of writing it.
        "https://2130706433/a", "https://0x7f000001/a", "https://0x7f.1/a", "https://127.1/a", "https://0177.0.0.1/a",
        "https://127.0.0.1./a", "https://010.0.0.1/a", "https://1.2.3.4.5/a", "https://push.0xA/a",
        // Networks that only those within them are to reach.
        "https://10.0.0.1/a", "https://10.255.255.255/a", "https://172.16.0.1/a", "https://172.31.255.255/a", "https://192.168.0.1/a",
        "https://169.254.169.254/a", "https://100.64.0.1/a", "https://192.0.0.8/a", "https://192.0.2.1/a", "https://198.18.0.1/a",
        "https://198.51.100.1/a", "https://203.0.113.1/a", "https://224.0.0.1/a", "https://240.0.0.1/a", "https://255.255.255.255/a",
        "https://[fc00::1]/a", "https://[fdff::1]/a", "https://[fe80::1]/a", "https://[fec0::1]/a", "https://[ff02::1]/a",
        "https://[2001:db8::1]/a", "https://[2002:a00:1::1]/a", "https://[2001::1]/a", "https://[64:ff9b::10.0.0.1]/a",
        "https://[64:ff9b:1::1]/a", "https://[::ffff:10.0.0.1]/a", "https://[::ffff:c0a8:1]/a",
    ])
    func `Nothing is sent anywhere else`(_ text: String) {
        #expect(throws: PushError.self) { try PushEndpoint(text, allowsPrivate: false) }
    }

    @Test func `An address that is too long is none`() {
        let text = "https://push.example.org/" + String(repeating: "a", count: 2048)
        #expect(throws: PushError.self) { try PushEndpoint(text, allowsPrivate: true) }
    }

    @Test(arguments: [
        ["127.0.0.1"], ["::1"], ["10.0.0.1"], ["93.184.215.14", "192.168.0.1"], ["2606:4700::1111", "fd00::1"], ["fe80::1%eth0"], [],
    ])
    func `Nor to a name of which one address is no public one`(_ addresses: [String]) async {
        let client = Self.client(["push.test": addresses])
        await #expect(throws: PushError.self) { try await client.check("https://push.test/a") }
    }

    @Test func `A name that leads nowhere is no browser's, but a message to it is tried again`() async {
        let client = Self.client()
        let named = await #expect(throws: PushError.self) { try await client.check("https://push.test/a") }
        let told = await #expect(throws: PushError.self) { try await client.post([1], to: "https://push.test/a") { _ in [] } }
        #expect(named?.code == .endpoint && told?.code == .unreachable)
    }

    @Test func `Nor to what the system knows to be this machine`() async {
        let client = PushClient(allowsPrivate: false)
        await #expect(throws: PushError.self) { try await client.check("https://localhost/a") }
        #expect(HostLookup.addresses(of: "localhost").contains { ["127.0.0.1", "::1"].contains($0) })
        #expect(HostLookup.addresses(of: "127.1") == ["127.0.0.1"])
    }

    @Test func `A name that leads into the internet alone is taken`() async throws {
        let client = Self.client(["push.test": ["93.184.215.14", "2606:4700::1111"]])
        #expect(try await client.check("https://push.test/a").host == "push.test")
    }

    @Test func `For tests private addresses are taken, and plain HTTP on this machine alone`() async throws {
        #expect(try PushEndpoint("http://127.0.0.1:8080/a", allowsPrivate: true).audience == "http://127.0.0.1:8080")
        #expect(try PushEndpoint("https://10.0.0.1/a", allowsPrivate: true).host == "10.0.0.1")
        for text in ["http://10.0.0.1/a", "http://push.example.org/a", "http://localhost/a"] {
            #expect(throws: PushError.self, "\(text)") { try PushEndpoint(text, allowsPrivate: true) }
        }
        _ = try await Self.client(["push.test": ["10.0.0.1"]], allowsPrivate: true).check("https://push.test/a")
    }

    /// Notes what it receives, and says nothing.
    private final class Listener: ChannelInboundHandler, Sendable {
        typealias InboundIn = ByteBuffer

        let received = Mutex<[UInt8]>([])

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            let bytes = Array(unwrapInboundIn(data).readableBytesView)
            received.withLock { $0 += bytes }
            context.close(promise: nil)
        }

        func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }
    }

    private final class Count: Sendable {
        let value = Mutex(0)
    }

    @Test func `It connects to the very address that was looked at, by the name, which is asked for once`() async throws {
        let listener = Listener()
        let channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .childChannelInitializer { channel in channel.pipeline.addHandler(listener) }
            .bind(host: "127.0.0.1", port: 0).get()
        let port = try #require(channel.localAddress?.port)
        let asked = Count()
        // The second answer is another one: whoever owns a name can do that.
        let client = PushClient(allowsPrivate: true) { _ in
            asked.value.withLock { count in
                count += 1
                return count == 1 ? ["127.0.0.1"] : ["192.0.2.1"]
            }
        }
        await #expect(throws: PushError.self) {
            _ = try await client.post([1], to: "https://push.test:\(port)/a") { _ in [] }
        }
        #expect(asked.value.withLock { $0 } == 1)
        // TLS begins with the name in plain text.
        let hello = listener.received.withLock { $0 }
        #expect(hello.firstRange(of: Array("push.test".utf8)) != nil)
        try await channel.close()
    }
}
