"""Numbers in the paths of routes, such as a layer or a column."""

from starlette.convertors import Convertor, register_url_convertor

NUMBER = "number"  # as in `/{column:number}`


class ShortNumber(Convertor[int]):
    """A number in the path of a route, of up to nine digits: `int` of thousands of them raises."""

    regex = "[0-9]{1,9}"

    def convert(self, value: str) -> int:
        return int(value)

    def to_string(self, value: int) -> str:
        return str(value)


register_url_convertor(NUMBER, ShortNumber())
