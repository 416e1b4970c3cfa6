"""How these tests ask the API of strategies."""


def send(client, method, path, /, **body):
    return getattr(client, method)(path, body, content_type="application/json")


def change(client, config, /, **body):
    return send(client, "patch", f"/api/admin/strategies/{config.pk}", **body)


def error(answer, status=400):
    assert answer.status_code == status, answer.content
    return answer.json()["error"]
