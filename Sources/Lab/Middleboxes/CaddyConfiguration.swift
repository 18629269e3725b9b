/// The configuration of Caddy as a reverse proxy for one server, in Caddy's JSON form.
///
/// Other settings keep Caddy's defaults.
struct CaddyConfiguration: ProxyConfiguration, Equatable {
    static let program = ProxyProgram(
        name: "caddy", package: "caddy", executable: "caddy", versionArguments: ["version"], versionMark: "",
        complaintMark: "rror: ", startTime: .seconds(1))
    static let fileName = "caddy.json"

    let route: ProxyRoute

    func arguments(in folder: String) -> [String] { ["run", "--config", Self.fileName] }

    // Without administration, certificates and a saved configuration, Caddy opens no other port and asks no other
    // host. The time limits are long so that it never closes a connection during a run. `compression` would add a
    // field to each request. A negative `flush_interval` forwards each part of a response at once.
    var text: String {
        """
        {
          "admin": {"disabled": true, "config": {"persist": false}},
          "logging": {"logs": {"default": {"level": "ERROR"}}},
          "storage": {"module": "file_system", "root": "storage"},
          "apps": {
            "http": {
              "servers": {
                "pushlab": {
                  "listen": ["127.0.0.1:\(route.port)"],
                  "protocols": ["h1"],
                  "automatic_https": {"disable": true},
                  "idle_timeout": "2h",
                  "routes": [
                    {
                      "handle": [
                        {
                          "handler": "reverse_proxy",
                          "flush_interval": -1,
                          "upstreams": [{"dial": "127.0.0.1:\(route.serverPort)"}],
                          "transport": {
                            "protocol": "http",
                            "versions": ["1.1"],
                            "compression": false,
                            "keep_alive": {
                              "enabled": true,
                              "idle_timeout": "2h",
                              "max_idle_conns_per_host": \(route.clients)
                            }
                          }
                        }
                      ]
                    }
                  ]
                }
              }
            }
          }
        }

        """
    }
}
