"""Foods (DOMAIN 1.7), in both languages."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Specific:
    """A specific category (具体食品类别) and the questionnaire it is answered with; None: supplementary material only."""

    code: str
    zh: str
    en: str
    questionnaire: str | None


@dataclass(frozen=True, slots=True)
class Category:
    """A food category (食品类别) with its specific categories."""

    code: str
    zh: str
    en: str
    specific: tuple[Specific, ...]


def _category(
    code: str, zh: str, en: str, questionnaire: str | None, *specific: tuple[str, str, str]
) -> Category:
    return Category(code, zh, en, tuple(Specific(*names, questionnaire) for names in specific))


CATEGORIES = (
    _category(
        "dairy", "乳品", "Dairy products", "dairy",
        ("infant_formula", "婴幼儿配方乳制品", "Milk-based formula for infants and young children"),
        ("pasteurised_and_other", "巴氏杀菌乳和其他乳制品", "Pasteurised milk and other dairy products"),
    ),
    _category(
        "meat", "肉类", "Meat", "meat",
        ("beef", "牛肉产品", "Beef products"),
        ("pork", "猪肉产品", "Pork products"),
        ("sheep_goat", "羊肉产品", "Sheep and goat meat products"),
        ("equine", "马、驴、骡肉产品", "Horse, donkey and mule meat products"),
        ("poultry", "禽肉产品", "Poultry meat products"),
        ("rabbit", "兔肉产品", "Rabbit meat products"),
        ("deer", "鹿肉产品", "Deer meat products"),
        ("camel", "骆驼肉产品", "Camel meat products"),
        ("bear", "熊肉产品", "Bear meat products"),
        ("kangaroo", "袋鼠肉产品", "Kangaroo meat products"),
        ("dog", "犬肉产品", "Dog meat products"),
        ("other_meat", "其他肉产品", "Other meat products"),
    ),
    _category(
        "casings", "肠衣", "Casings", "casings",
        ("pig", "猪肠衣", "Pig casings"),
        ("sheep", "羊肠衣", "Sheep casings"),
        ("cattle", "牛肠衣", "Cattle casings"),
        ("deer_casing", "鹿肠衣", "Deer casings"),
        ("other_casing", "其他动物肠衣", "Casings of other animals"),
    ),
    _category(
        "birds_nest", "燕窝", "Edible bird's nest", "birds_nest",
        ("birds_nest_products", "燕窝与燕窝制品", "Edible bird's nest and its products"),
    ),
    _category("bee_products", "蜂产品", "Bee products", "bee_products", ("bee_product", "蜂产品", "Bee products")),
    _category("eggs", "蛋与蛋制品", "Eggs and egg products", "eggs", ("egg_product", "蛋与蛋制品", "Eggs and egg products")),
    _category(
        "animal_fats", "食用动物油脂", "Edible animal fats", "animal_fats",
        ("animal_fat", "食用动物油脂", "Edible animal fats"),
    ),
    _category("rice", "大米", "Rice", "edible_grain", ("edible_grain", "食用谷物", "Edible grain")),
    Category(
        "milling_malt", "谷物制粉工业产品和麦芽", "Products of the milling industry and malt",
        (
            Specific("milled_grain", "谷物制粉工业产品", "Products of the milling industry", "grain_milling"),
            Specific("malt", "麦芽", "Malt", "malt"),
        ),
    ),
    _category(
        "dehydrated_vegetables", "脱水蔬菜", "Dehydrated vegetables", None,
        ("preserved_vegetables", "保鲜和脱水蔬菜", "Fresh and dehydrated vegetables"),
    ),
    _category(
        "plant_seasonings", "植物性调料粉", "Seasoning powders of plant origin", None, ("seasonings", "调味料", "Seasonings")
    ),
    _category("nuts_seeds", "坚果与籽类", "Nuts and seeds", "nuts_seeds", ("nut_seed", "坚果与籽类", "Nuts and seeds")),
    _category("dried_fruit", "干果", "Dried fruit", "dried_fruit", ("dried_fruit_product", "干果", "Dried fruit")),
    _category(
        "aquatic", "水产品", "Aquatic products", "aquatic",
        ("farmed", "养殖水产", "Farmed aquatic products"),
        ("wild", "野生水产", "Wild aquatic products"),
    ),
    _category(
        "processed_grain", "粮食加工品", "Processed grain", None,
        ("processed_grain_product", "粮食加工品", "Processed grain products"),
    ),
    _category(
        "frozen_fruit", "冷冻水果", "Frozen fruit", None, ("frozen_fruit_product", "冷冻水果", "Frozen fruit")
    ),
)  # fmt: skip
CATEGORY = {category.code: category for category in CATEGORIES}
SPECIFIC = {specific.code: specific for category in CATEGORIES for specific in category.specific}
CATEGORY_OF = {specific.code: category.code for category in CATEGORIES for specific in category.specific}


def scope_codes(scope: str) -> tuple[str, ...]:
    """The specific categories that one `--scope` names: `aquatic` (all of a category) or `meat.beef`; ValueError else."""
    code, _, specific = scope.partition(".")
    category = CATEGORY.get(code)
    if category is None:
        raise ValueError(f"«{scope}» names no food category; one of {', '.join(CATEGORY)}.")
    codes = tuple(item.code for item in category.specific)
    if not specific:
        return codes
    if specific not in codes:
        raise ValueError(f"«{scope}» names no specific category of {code}; one of {', '.join(codes)}.")
    return (specific,)
