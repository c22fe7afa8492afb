"""The process of swift.sh: account, container, object and proxy server of
Debian's python3-swift, side by side.

    swift_server.py rings DIR PORT    write DIR/etc/*.ring.gz
    swift_server.py serve DIR         serve until ended

The proxy's configuration names five parts of this file: a memory instead of
memcached, the token call of the Identity API v3 on top of Swift's own test
accounts, Swift's rules for Keystone's projects where such a token comes, S3
access keys without a colon, and a log on standard error.
"""
import configparser
import json
import logging
import sys
import time

KINDS = ('account', 'container', 'object')


def rings(directory, port):
    from swift.common.ring import RingBuilder
    for number, kind in enumerate(KINDS, 1):
        place = {'ip': '127.0.0.1', 'port': port + number}
        builder = RingBuilder(part_power=4, replicas=1, min_part_hours=1)
        builder.add_dev(dict(place, id=0, region=1, zone=1, weight=1.0, device='one', meta='',
                             replication_ip=place['ip'], replication_port=place['port']))
        builder.rebalance()
        builder.get_ring().save(f'{directory}/etc/{kind}.ring.gz')


class Memory:
    """The calls of Swift's memcache client that its filters make."""

    def __init__(self):
        self.entries = {}

    def get(self, key, raise_on_error=False):
        value, end = self.entries.get(key, (None, None))
        if end is not None and end < time.time():
            self.entries.pop(key, None)
            return None
        return value

    def set(self, key, value, serialize=True, time=0, min_compress_len=0, raise_on_error=False):
        if serialize:  # what comes back is what a network would have carried
            value = json.loads(json.dumps(value))
        self.entries[key] = (value, now() + time if time else None)

    def incr(self, key, delta=1, time=0):
        self.set(key, max(0, int(self.get(key) or 0) + int(delta)), time=time)
        return self.get(key)

    def decr(self, key, delta=1, time=0):
        return self.incr(key, -int(delta), time)

    def delete(self, key, server_key=None):
        self.entries.pop(key, None)


def now():
    return time.time()


def memory(global_conf, **conf):
    shared = Memory()

    def around(app):
        def call(env, start_response):
            env['swift.cache'] = shared
            return app(env, start_response)
        return call
    return around


def s3names(global_conf, **conf):
    """Keys of the Image service's URLs end at a colon, and Swift's accounts have one."""
    accounts = {name: account for name, account in conf.items() if ':' in account}

    def around(app):
        def call(env, start_response):
            details = env.get('s3api.auth_details') or {}
            account = accounts.get(details.get('access_key'))
            if account:
                env['PATH_INFO'] = env['PATH_INFO'].replace(details['access_key'], account, 1)
                details['access_key'] = account
            return app(env, start_response)
        return call
    return around


class Refused(Exception):
    def __init__(self, status, text):
        super().__init__(text)
        self.status = status


def identity(global_conf, **conf):
    """POST /identity/v3/auth/tokens for passwords and application credentials, and GET to validate such a token."""
    from swift.common.swob import Request, Response

    def answer(status, document, **headers):
        return Response(status=status, body=json.dumps(document).encode(), content_type='application/json',
                        headers={name.replace('_', '-'): value for name, value in headers.items()})

    def account_and_key(auth):
        methods = auth['identity']['methods']
        if 'password' in methods:
            user = auth['identity']['password']['user']
            project = auth.get('scope', {}).get('project', {})
            name = project.get('name') or project.get('id') or 'test'
            return f"{name}:{user.get('name') or user['id']}", user['password']
        if 'application_credential' in methods:
            credential = auth['identity']['application_credential']
            if (credential['id'], credential['secret']) == (conf['credential_id'], conf['credential_secret']):
                return conf['credential_user'], conf['credential_key']
        raise Refused('401 Unauthorized', 'The request you have made requires authentication.')

    def token(request, app):
        try:
            auth = json.loads(request.body)['auth']
            account, key = account_and_key(auth)
        except (KeyError, TypeError, ValueError) as wrong:
            raise Refused('400 Bad Request', repr(wrong))
        login = Request.blank('/auth/v1.0', environ={'swift.cache': request.environ['swift.cache']},
                              headers={'X-Auth-User': account, 'X-Auth-Key': key, 'Host': request.host})
        granted = login.get_response(app)
        if granted.status_int != 200:
            raise Refused('401 Unauthorized', 'The request you have made requires authentication.')
        return describe(auth, account, granted, request.environ['swift.cache'])

    def describe(auth, account, granted, cache):
        project, user = account.split(':')
        url = granted.headers['X-Storage-Url']
        life = int(granted.headers.get('X-Auth-Token-Expires', 3600))
        domain = {'id': 'default', 'name': 'Default'}
        endpoints = [{'id': 'swift-' + interface, 'interface': interface, 'region': 'RegionOne',
                      'region_id': 'RegionOne', 'url': url} for interface in ('public', 'internal', 'admin')]
        document = {'token': {
            'methods': auth['identity']['methods'], 'issued_at': stamp(now()), 'expires_at': stamp(now() + life),
            'user': {'id': user, 'name': user, 'domain': domain},
            'project': {'id': url.rsplit('_', 1)[-1], 'name': project, 'domain': domain},
            'roles': [{'id': name, 'name': name} for name in ('member', 'reader')],
            'catalog': [{'id': 'swift', 'name': 'swift', 'type': 'object-store', 'endpoints': endpoints}],
        }}
        cache.set('identity/' + granted.headers['X-Auth-Token'], document, time=life)
        return answer('201 Created', document, X_Subject_Token=granted.headers['X-Auth-Token'])

    def validated(request):
        known = [request.environ['swift.cache'].get('identity/' + request.headers.get(name, ''))
                 for name in ('X-Auth-Token', 'X-Subject-Token')]
        if not known[0]:
            raise Refused('401 Unauthorized', 'The request you have made requires authentication.')
        if not known[1]:
            raise Refused('404 Not Found', 'Could not find token.')
        return answer('200 OK', known[1], X_Subject_Token=request.headers['X-Subject-Token'])

    def stamp(moment):
        return time.strftime('%Y-%m-%dT%H:%M:%S.000000Z', time.gmtime(moment))

    def around(app):
        def call(env, start_response):
            path = env.get('PATH_INFO', '').rstrip('/')
            if path == '/identity/v3/auth/tokens' and env['REQUEST_METHOD'] in ('GET', 'POST'):
                try:
                    request = Request(env)
                    response = validated(request) if request.method == 'GET' else token(request, app)
                except Refused as refused:
                    response = answer(refused.status, {'error': {
                        'code': int(refused.status.split()[0]), 'title': refused.status[4:], 'message': str(refused)}})
                return response(env, start_response)
            if path == '/identity/v3':
                link = {'rel': 'self', 'href': Request(env).host_url + '/identity/v3/'}
                version = {'version': {'id': 'v3.14', 'status': 'stable', 'links': [link], 'media-types': []}}
                return answer('200 OK', version)(env, start_response)
            return app(env, start_response)
        return call
    return around


def projects(global_conf, **conf):
    """Who brings a token of the Identity API is judged by Swift's rules for Keystone: ACLs of projects count."""
    from swift.common.middleware import keystoneauth

    def around(app):
        by_project = keystoneauth.filter_factory(global_conf, operator_roles='member')(app)

        def call(env, start_response):
            known = env['swift.cache'].get('identity/' + env.get('HTTP_X_AUTH_TOKEN', ''))
            if not known:
                return app(env, start_response)
            user, project = known['token']['user'], known['token']['project']
            env.update({
                'HTTP_X_IDENTITY_STATUS': 'Confirmed', 'HTTP_X_ROLES': 'member',
                'HTTP_X_USER_ID': user['id'], 'HTTP_X_USER_NAME': user['name'],
                'HTTP_X_PROJECT_ID': project['id'], 'HTTP_X_PROJECT_NAME': project['name'],
                'HTTP_X_USER_DOMAIN_ID': 'default', 'HTTP_X_PROJECT_DOMAIN_ID': 'default',
                'keystone.token_info': known})
            return by_project(env, start_response)
        return call
    return around


def log_to_stderr(conf, name, log_to_console, log_route, fmt, logger, adapted_logger):
    if not any(getattr(handler, 'ours', False) for handler in logger.handlers):
        handler = logging.StreamHandler(sys.stderr)
        handler.ours = True
        handler.setFormatter(logging.Formatter(f'%(asctime)s {name or "swift"} %(levelname)s %(message)s'))
        logger.addHandler(handler)


def serve(directory):
    from swift.common import utils
    utils.set_swift_dir(directory + '/etc')
    utils.eventlet_monkey_patch()
    import eventlet
    import eventlet.debug
    import eventlet.wsgi
    from swift.common import wsgi
    eventlet.hubs.use_hub(utils.get_hub())
    eventlet.debug.hub_exceptions(False)
    servers = []
    for kind in KINDS + ('proxy',):
        file = f'{directory}/etc/{kind}-server.conf'
        settings = configparser.ConfigParser(interpolation=None)
        settings.read(file)
        app = wsgi.loadapp(file, global_conf={'log_name': kind})
        socket = eventlet.listen(('127.0.0.1', settings.getint('DEFAULT', 'bind_port')), backlog=256)
        servers.append(eventlet.spawn(eventlet.wsgi.server, socket, app, utils.NullLogger(),
                                      protocol=wsgi.SwiftHttpProtocol, socket_timeout=60.0,
                                      custom_pool=wsgi.RestrictedGreenPool(size=256),
                                      capitalize_response_headers=False))
    for server in servers:
        server.wait()


if __name__ == '__main__':
    if sys.argv[1] == 'rings':
        rings(sys.argv[2], int(sys.argv[3]))
    else:
        sys.modules['swift_server'] = sys.modules['__main__']  # the configuration's parts are these
        serve(sys.argv[2])
