import Testing
import Transports

@testable import Lab

@Suite("The configuration of nginx")
struct NginxConfigurationTests {
    @Test(
        "HTTP/1.1: connections are kept open, WebSocket upgrades are forwarded, responses are buffered by default")
    func http11() {
        let configuration = NginxConfiguration(
            port: 40_001, serverPort: 40_002, upstreamVersion: .http11, clients: 100)
        #expect(
            configuration.text == """
                daemon off;
                master_process off;
                pid nginx.pid;
                error_log error.log;
                events {
                    worker_connections 464;
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
                        server 127.0.0.1:40002;
                        keepalive 100;
                        keepalive_timeout 2h;
                        keepalive_requests 1000000000;
                    }
                    server {
                        listen 127.0.0.1:40001 reuseport backlog=4096;
                        location / {
                            proxy_pass http://pushlab_server;
                            proxy_set_header Host $http_host;
                            proxy_read_timeout 2h;
                            proxy_send_timeout 2h;
                            proxy_http_version 1.1;
                            proxy_set_header Upgrade $http_upgrade;
                            proxy_set_header Connection $connection_field;
                        }
                    }
                }

                """)
    }

    @Test("HTTP/1.0: no connection to the server is kept open and nothing is upgraded")
    func http10() {
        let configuration = NginxConfiguration(port: 1, serverPort: 2, upstreamVersion: .http10, clients: 1)
        #expect(
            configuration.text.contains("proxy_http_version 1.0;\n            proxy_set_header Connection close;\n"))
        #expect(!configuration.text.contains("$http_upgrade;"))
        #expect(configuration.text.contains("server 127.0.0.1:2;\n    }\n"), "the upstream keeps nothing")
        #expect(configuration.text.count { $0 == "{" } == configuration.text.count { $0 == "}" })
    }

    @Test("the connection limit suffices for both sides of every client", arguments: [1, 100, 20_000])
    func connections(clients: Int) {
        let configuration = NginxConfiguration(port: 1, serverPort: 2, upstreamVersion: .http11, clients: clients)
        #expect(configuration.connections >= 2 * clients + 64)
        #expect(configuration.text.contains("worker_connections \(configuration.connections);"))
    }

    @Test("the scenario's choice decides the HTTP version between nginx and the server")
    func versions() {
        #expect(NginxConfiguration.UpstreamVersion(.direct) == nil)
        #expect(NginxConfiguration.UpstreamVersion(.nginx) == .http11)
        #expect(NginxConfiguration.UpstreamVersion(.nginxHTTP10) == .http10)
    }
}
