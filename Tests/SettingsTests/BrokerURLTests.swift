import Testing

@testable import Settings

@Suite struct BrokerURLTests {
    @Test(
        "Parses what is an address",
        arguments: [
            ("mqtt://127.0.0.1", BrokerURL(host: "127.0.0.1", port: 1883)),
            ("mqtt://broker.example:2883/", BrokerURL(host: "broker.example", port: 2883)),
            ("mqtt://hub:sesame@[::1]:1884", BrokerURL(host: "::1", port: 1884, username: "hub", password: Redacted("sesame"))),
            ("mqtt://a%40b:p%2Fw%3A@host", BrokerURL(host: "host", port: 1883, username: "a@b", password: Redacted("p/w:"))),
            ("mqtt://hub@host", BrokerURL(host: "host", port: 1883, username: "hub")),
        ]
    )
    func good(text: String, expected: BrokerURL) {
        #expect(BrokerURL(text) == expected)
    }

    @Test(
        "Refuses what is none",
        arguments: [
            "", "mqtt://", "mqtt:host", "http://host", "mqttss://host", "mqtt://host:0", "mqtt://host:65536", "mqtt://host:1x",
            "mqtt://host/topic",
            "mqtt://ho st", "mqtt://:pw@host", "mqtt://u:%zz@host", "mqtt://[::1", "mqtt://[host]", "mqtt://host?x=1",
        ]
    )
    func bad(text: String) {
        #expect(BrokerURL(text) == nil)
    }

    @Test("An address with TLS has its own port, and prints as one")
    func secure() {
        let url = BrokerURL("mqtts://hub:sesame@broker.example")
        #expect(url?.isSecure == true && url?.port == 8883)
        #expect(url.map { "\($0)" } == "mqtts://broker.example:8883")
        #expect(BrokerURL("mqtt://broker.example")?.isSecure == false)
    }

    @Test("Prints without user and password")
    func printing() {
        #expect(BrokerURL("mqtt://hub:sesame@[::1]:1884").map { "\($0)" } == "mqtt://[::1]:1884")
    }
}
