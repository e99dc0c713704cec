"""Icons are decoration: hidden from screen readers, of the sprite, safe whatever their name."""

from django.template import Template
from django.template.context import Context


def render(text: str, **context: object) -> str:
    return Template(text).render(Context(context))


def test_an_icon_points_into_the_sprite_and_is_hidden_from_screen_readers():
    made = render('{% icon "close" small=True extra="chevron" %}')
    assert 'class="icon icon--small chevron"' in made
    assert 'aria-hidden="true"' in made
    assert "sprite" in made
    assert '#close"' in made


def test_a_name_from_elsewhere_cannot_break_out():
    assert "<script>" not in render("{% icon name %}", name='"><script>')
