/// What a system needs to install the pages as an app (W3C, Web Application Manifest).
enum AppManifest {
    /// `--ground` of `app.css` in the dark theme and in the light one, in sRGB: systems colour the frame of the app with them, and not all of
    /// these know other colour spaces. A test holds them to the style sheet.
    static let darkGround = "#0b0f14"
    static let lightGround = "#f5f7f9"

    /// The manifest as JSON. `scripts/app-icons` has drawn the icons that it names.
    static func text(_ assets: Assets) -> String {
        """
        {
          "id": "/",
          "name": "Vigilar",
          "short_name": "Vigilar",
          "description": "What your cameras saw",
          "lang": "en",
          "start_url": "/",
          "scope": "/",
          "display": "standalone",
          "theme_color": "\(darkGround)",
          "background_color": "\(darkGround)",
          "icons": [
            { "src": "\(assets.address("favicon.svg"))", "sizes": "any", "type": "image/svg+xml", "purpose": "any" },
            { "src": "\(assets.address("app-192.png"))", "sizes": "192x192", "type": "image/png", "purpose": "any" },
            { "src": "\(assets.address("app-512.png"))", "sizes": "512x512", "type": "image/png", "purpose": "any" },
            { "src": "\(assets.address("app-maskable.png"))", "sizes": "512x512", "type": "image/png", "purpose": "maskable" }
          ]
        }

        """
    }
}
