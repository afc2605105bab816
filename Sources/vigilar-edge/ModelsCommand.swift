import ArgumentParser
import EdgeNode
import Foundation
import Models

struct ModelsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "models", abstract: "The models that tell people, animals and faces: which there are, fetching and checking them.",
        subcommands: [ModelsList.self, ModelsFetch.self, ModelsVerify.self])
}

struct ModelsList: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "Lists the catalogue: name, task, licence, size, hash and public address.")

    func run() {
        for model in ModelCatalogue.all {
            print("\(model.name): \(model.task.rawValue), \(model.licence), \(model.bytes) bytes")
            for file in model.files { print("  \(file.name) \(file.bytes) bytes, SHA-256 \(file.sha256)\n  \(file.address)") }
        }
    }
}

/// What the other two have in common.
struct ModelsPlace: ParsableArguments {
    @Argument(help: "Models of the catalogue; all of it where none is named.")
    var names: [String] = []
    @Option(help: "The folder of the models; by default \"models\" in the data folder of the configuration.")
    var models: String?
    @Option(help: "The configuration file.")
    var config = "edge.toml"

    func chosen() throws -> [CatalogueModel] {
        if names.isEmpty { return ModelCatalogue.all }
        return try names.map { name in
            guard let model = ModelCatalogue.model(named: name) else {
                let known = ModelCatalogue.all.map(\.name).joined(separator: ", ")
                throw ModelsError(.unknownName, "there is no model \"\(name)\" in the catalogue, which has \(known)")
            }
            return model
        }
    }

    func store() throws -> ModelStore {
        if let models { return ModelStore(models) }
        let configuration = try EdgeConfiguration.load(path: config, environment: ProcessInfo.processInfo.environment, purpose: .analyze)
        return ModelStore("\(configuration.dataFolder)/models")
    }
}

struct ModelsFetch: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "fetch", abstract: "Brings models into the folder, goes on with what was cut off, and checks them.")
    @OptionGroup var place: ModelsPlace
    @Option(help: "Take them from this folder, or the address of one, and not from where they are public.")
    var from: String?

    func run() async throws {
        let store = try place.store()
        for model in try place.chosen() { try await store.fetch(model, from: ModelSource(from)) { print($0) } }
    }
}

struct ModelsVerify: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify",
        abstract: "Compares the models in the folder with the catalogue; exits with 1 where one is missing or another.")
    @OptionGroup var place: ModelsPlace

    func run() throws {
        let store = try place.store()
        var isSound = true
        for file in try place.chosen().flatMap(\.files) {
            let state = try store.state(file)
            isSound = isSound && state == .sound
            print("\(file.name): \(state.rawValue)")
        }
        if !isSound { throw ExitCode(1) }
    }
}
