/// The configuration of nginx as a reverse proxy for one server.
///
/// Other settings keep nginx's defaults; in particular, nginx buffers responses.
struct NginxConfiguration: ProxyConfiguration, Equatable {
    static let program = ProxyProgram(
        name: "nginx", package: "nginx", executable: "nginx", versionArguments: ["-v"], versionMark: "nginx/",
        complaintMark: "[emerg]")
    static let fileName = "nginx.conf"

    /// The HTTP version between nginx and the server.
    enum UpstreamVersion {
        case http10, http11
    }

    let route: ProxyRoute
    let upstreamVersion: UpstreamVersion

    func arguments(in folder: String) -> [String] { ["-p", folder + "/", "-c", Self.fileName, "-e", "stderr"] }

    // One process without workers, as its cost is that of a single event loop. The time limits are long so that nginx
    // never closes a connection during a run; otherwise the run would measure reconnecting.
    var text: String {
        """
        daemon off;
        master_process off;
        pid nginx.pid;
        error_log stderr;
        events {
            worker_connections \(descriptors);
        }
        http {
            access_log off;
            client_body_temp_path body;
            proxy_temp_path proxy;
            fastcgi_temp_path fastcgi;
            uwsgi_temp_path uwsgi;
            scgi_temp_path scgi;
            keepalive_timeout 2h;
            keepalive_requests 1000000000;
            map $http_upgrade $connection_field {
                default upgrade;
                "" "";
            }
            upstream pushlab_server {
                server 127.0.0.1:\(route.serverPort);\(lines(upstream, indent: 8))
            }
            server {
                listen 127.0.0.1:\(route.port) reuseport backlog=4096;
                location / {
                    proxy_pass http://pushlab_server;
                    proxy_set_header Host $http_host;
                    proxy_read_timeout 2h;
                    proxy_send_timeout 2h;\(lines(location, indent: 12))
                }
            }
        }

        """
    }

    private var upstream: [String] {
        switch upstreamVersion {
        // nginx opens one connection per request.
        case .http10: []
        case .http11: ["keepalive \(route.clients);", "keepalive_timeout 2h;", "keepalive_requests 1000000000;"]
        }
    }

    private var location: [String] {
        switch upstreamVersion {
        case .http10: ["proxy_http_version 1.0;", "proxy_set_header Connection close;"]
        case .http11:
            [
                "proxy_http_version 1.1;", "proxy_set_header Upgrade $http_upgrade;",
                "proxy_set_header Connection $connection_field;",
            ]
        }
    }

    private func lines(_ lines: [String], indent: Int) -> String {
        lines.map { "\n" + String(repeating: " ", count: indent) + $0 }.joined()
    }
}
