import MQTT
import Testing

@Suite
struct MQTTConfigurationTests {
    @Test("An address gives host, port, user and password, percent-encoding undone")
    func address() throws {
        let full = try MQTTConfiguration(url: "mqtt://po%40rch:s%2Fe%3Acret@broker.example:2883", clientID: "a")
        #expect(full.host == "broker.example" && full.port == 2883)
        #expect(full.username == "po@rch" && full.password == "s/e:cret")
        let bare = try MQTTConfiguration(url: "mqtt://[::1]", clientID: "a")
        #expect(bare.host == "::1" && bare.port == 1883 && bare.username == nil && bare.password == nil)
        #expect(bare.security == nil)
        let secure = try MQTTConfiguration(url: "mqtts://broker.example", clientID: "a")
        #expect(secure.port == 8883 && secure.security == MQTTTransportSecurity())
    }

    @Test(
        "What is no broker's address is refused",
        arguments: [
            "", "broker", "mqttss://broker", "http://broker", "mqtt://", "mqtt://broker/path", "mqtt://broker:0", "mqtt://broker:99999",
            "mqtt://b?x=1",
        ])
    func wrong(url: String) {
        #expect(throws: MQTTError.self) { try MQTTConfiguration(url: url, clientID: "a") }
    }

    @Test("The password shows in no description")
    func secret() throws {
        let configuration = try MQTTConfiguration(url: "mqtt://porch:sesame@broker", clientID: "a")
        var dumped = ""
        dump(configuration, to: &dumped)
        for text in ["\(configuration)", String(reflecting: configuration), dumped] {
            #expect(!text.contains("sesame"))
            #expect(text.contains("porch"))
        }
    }
}
