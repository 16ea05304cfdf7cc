"""«Тепловая карта»: where does it burn, is it getting worse, whom do I ask?"""
