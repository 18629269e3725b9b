// Tomcat, embedded: each line of standard input goes to every client; WebSocket by a Jakarta endpoint.
// Follows https://tomcat.apache.org/tomcat-10.1-doc/web-socket-howto.html and Tomcat's chat example.
// The endpoint refuses permessage-deflate; responses are not compressed by default. One blocking write per item.
import jakarta.websocket.*;
import jakarta.websocket.server.ServerEndpoint;
import jakarta.websocket.server.ServerEndpointConfig;
import java.io.*;
import java.nio.charset.StandardCharsets;
import java.util.*;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.catalina.connector.Connector;
import org.apache.catalina.startup.Tomcat;
import org.apache.tomcat.websocket.server.WsSci;

public class Feed {
    private static final Set<Session> sockets = ConcurrentHashMap.newKeySet();

    @ServerEndpoint(value = "/ws", configurator = Uncompressed.class)
    public static class Socket {
        @OnOpen public void opened(Session session) { sockets.add(session); }
        @OnClose public void closed(Session session) { sockets.remove(session); }
        @OnError public void failed(Session session, Throwable error) { sockets.remove(session); }
    }

    public static class Uncompressed extends ServerEndpointConfig.Configurator {
        @Override
        public List<Extension> getNegotiatedExtensions(List<Extension> installed, List<Extension> requested) {
            return List.of();
        }
    }

    public static void main(String[] arguments) throws Exception {
        var connector = new Connector();
        connector.setPort(Integer.parseInt(arguments[0]));
        connector.setProperty("address", "127.0.0.1");
        connector.setProperty("acceptCount", "1024");
        connector.setProperty("maxKeepAliveRequests", "-1"); // not a new connection after 100 polls
        var tomcat = new Tomcat();
        tomcat.setBaseDir(System.getenv().getOrDefault("TMPDIR", "/tmp") + "/tomcat");
        tomcat.setConnector(connector);
        var context = tomcat.addContext("", null);
        context.addServletContainerInitializer(new WsSci(), Set.of(Socket.class));
        var requests = new Requests();
        Tomcat.addServlet(context, "requests", requests).setAsyncSupported(true);
        context.addServletMappingDecoded("/", "requests");
        tomcat.start();
        var lines = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String line; (line = lines.readLine()) != null;) {
            requests.publish(line);
            for (Session socket : sockets) {
                try {
                    socket.getBasicRemote().sendText(line);
                } catch (IOException | IllegalStateException gone) {
                    sockets.remove(socket);
                }
            }
        }
        System.exit(0);
    }
}
