import NIOSSL

extension TLSConfiguration {
    /// What every listener of the web server speaks: HTTP/1.1 over TLS 1.2 and 1.3 with forward secrecy. No certificate is asked of whoever
    /// connects.
    static func web(chain: [NIOSSLCertificate], key: NIOSSLPrivateKey) -> TLSConfiguration {
        var configuration = makeServerConfiguration(certificateChain: chain.map { .certificate($0) }, privateKey: .privateKey(key))
        configuration.minimumTLSVersion = .tlsv12
        configuration.cipherSuites = "ECDHE+AESGCM:ECDHE+CHACHA20"
        configuration.applicationProtocols = ["http/1.1"]
        return configuration
    }
}
