import Transports

/// The text that makes nginx a reverse proxy in front of one server, with its folder as the place of all its files.
///
/// What is not said is as nginx has it, buffering of responses above all.
struct NginxConfiguration: Equatable {
    /// What nginx speaks to the server.
    enum UpstreamVersion {
        case http10, http11

        /// - Returns: `nil` where nothing stands in between.
        init?(_ intermediary: Intermediary) {
            switch intermediary {
            case .direct: return nil
            case .nginx: self = .http11
            case .nginxHTTP10: self = .http10
            }
        }
    }

    /// Where nginx listens and the clients connect, on 127.0.0.1. The port may be reserved by a socket that does not
    /// listen.
    let port: Int
    /// Where the server listens, on 127.0.0.1.
    let serverPort: Int
    let upstreamVersion: UpstreamVersion
    let clients: Int

    /// A connection a client to each side, twice over since ended ones are let go of late, and some for questions about
    /// the server. As many descriptors are needed.
    var connections: Int { clients * 4 + 64 }

    // One process and no workers: it is ended by its id, and no process of its own can be left over. A connection must
    // not end before its client wants it to, or the run would measure connecting.
    var text: String {
        """
        daemon off;
        master_process off;
        pid nginx.pid;
        error_log error.log;
        events {
            worker_connections \(connections);
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
                server 127.0.0.1:\(serverPort);\(lines(upstream, indent: 8))
            }
            server {
                listen 127.0.0.1:\(port) reuseport backlog=4096;
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
        // A connection a request.
        case .http10: []
        case .http11: ["keepalive \(clients);", "keepalive_timeout 2h;", "keepalive_requests 1000000000;"]
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
