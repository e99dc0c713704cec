"""Pages of comments, notifications and handover."""

from kernel.registers.extensions import RegisterPage

from .comments import CommentEdit, Comments, CommentWithdraw, Following, Mentions

REGISTER_PAGES = [
    RegisterPage("<int:pk>/comments/", Comments, "comments"),
    RegisterPage("<int:pk>/comments/<int:comment>/edit/", CommentEdit, "comment-edit"),
    RegisterPage("<int:pk>/comments/<int:comment>/withdraw/", CommentWithdraw, "comment-withdraw"),
    RegisterPage("<int:pk>/follow/", Following, "follow"),
    RegisterPage("<int:pk>/mentions/", Mentions, "mentions"),
]

__all__ = [
    "REGISTER_PAGES",
    "CommentEdit",
    "CommentWithdraw",
    "Comments",
    "Following",
    "Mentions",
]
