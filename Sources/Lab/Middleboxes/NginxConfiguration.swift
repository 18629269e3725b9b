import Transports

/// The configuration of nginx as a reverse proxy for one server. All files of nginx are in one folder.
///
/// Other settings keep nginx's defaults; in particular, nginx buffers responses.
struct NginxConfiguration: Equatable {
    /// The HTTP version between nginx and the server.
    enum UpstreamVersion {
        case http10, http11

        /// - Returns: `nil` without nginx.
        init?(_ intermediary: Intermediary) {
            switch intermediary {
            case .direct: return nil
            case .nginx: self = .http11
            case .nginxHTTP10: self = .http10
            }
        }
    }

    /// The port on 127.0.0.1 on which nginx listens for clients. A socket that does not listen may reserve it.
    let port: Int
    /// The port on 127.0.0.1 on which the server listens.
    let serverPort: Int
    let upstreamVersion: UpstreamVersion
    let clients: Int

    /// Limit of connections: per client one to each side, doubled because nginx frees ended connections late, and 64
    /// for status requests. Each connection needs one file descriptor.
    var connections: Int { clients * 4 + 64 }

    // One process without workers: stopping it by its process id leaves no other process. The time limits are long so
    // that nginx never closes a connection during a run; otherwise the run would measure reconnecting.
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
        // nginx opens one connection per request.
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
